"""The chart of accounts of the 企业会计准则应用指南 (财会〔2006〕18号), with the sub-accounts the books post to.

Codes of the guide have four digits; two more digits name a sub-account. Names are the guide's; 4003 came with its
revision of 2014.
"""

from meridian.ledger.vocabulary import AccountKind, Direction

_DEBIT, _CREDIT = Direction.DEBIT, Direction.CREDIT

_ASSETS = """
1001 库存现金|1002 银行存款|1003 存放中央银行款项|1011 存放同业|1012 其他货币资金|1021 结算备付金|1031 存出保证金
1101 交易性金融资产|1111 买入返售金融资产|1121 应收票据|1122 应收账款|1123 预付账款|1131 应收股利|1132 应收利息
1201 应收代位追偿款|1211 应收分保账款|1212 应收分保合同准备金|1221 其他应收款|-1231 坏账准备|1301 贴现资产
1302 拆出资金|1303 贷款|-1304 贷款损失准备|1311 代理兑付证券|1321 代理业务资产|1401 材料采购|1402 在途物资
1403 原材料|1404 材料成本差异|1405 库存商品|1406 发出商品|-1407 商品进销差价|1408 委托加工物资|1411 周转材料
1421 消耗性生物资产|1431 贵金属|1441 抵债资产|1451 损余物资|1461 融资租赁资产|-1471 存货跌价准备
1501 持有至到期投资|-1502 持有至到期投资减值准备|1503 可供出售金融资产|1511 长期股权投资|-1512 长期股权投资减值准备
1521 投资性房地产|1531 长期应收款|-1532 未实现融资收益|1541 存出资本保证金|1601 固定资产|-1602 累计折旧
-1603 固定资产减值准备|1604 在建工程|1605 工程物资|1606 固定资产清理|1611 未担保余值|1621 生产性生物资产
-1622 生产性生物资产累计折旧|1623 公益性生物资产|1631 油气资产|-1632 累计折耗|1701 无形资产|-1702 累计摊销
-1703 无形资产减值准备|1711 商誉|1801 长期待摊费用|1811 递延所得税资产|1821 独立账户资产|1901 待处理财产损溢
"""
_LIABILITIES = """
2001 短期借款|2002 存入保证金|2003 拆入资金|2004 向中央银行借款|2011 吸收存款|2012 同业存放|2021 贴现负债
2101 交易性金融负债|2111 卖出回购金融资产款|2201 应付票据|2202 应付账款|220201 应付货款|220202 暂估应付账款
2203 预收账款|2211 应付职工薪酬|2221 应交税费|2231 应付利息|2232 应付股利|2241 其他应付款|2251 应付保单红利
2261 应付分保账款|2311 代理买卖证券款|2312 代理承销证券款|2313 代理兑付证券款|2314 代理业务负债|2401 递延收益
2501 长期借款|2502 应付债券|2601 未到期责任准备金|2602 保险责任准备金|2611 保户储金|2621 独立账户负债
2701 长期应付款|-2702 未确认融资费用|2711 专项应付款|2801 预计负债|2901 递延所得税负债
"""
_COMMON = "3001 清算资金往来|3002 货币兑换|3101 衍生工具|3201 套期工具|3202 被套期项目"
_EQUITY = """
4001 实收资本|4002 资本公积|4003 其他综合收益|4101 盈余公积|4102 一般风险准备|4103 本年利润|4104 利润分配|-4201 库存股
"""
_COSTS = "5001 生产成本|5101 制造费用|5201 劳务成本|5301 研发支出|5401 工程施工|-5402 工程结算|5403 机械作业"
_INCOME = """
6001 主营业务收入|6011 利息收入|6021 手续费及佣金收入|6031 保费收入|6041 租赁收入|6051 其他业务收入|6061 汇兑损益
6101 公允价值变动损益|6111 投资收益|6201 摊回保险责任准备金|6202 摊回赔付支出|6203 摊回分保费用|6301 营业外收入
"""
_EXPENSES = """
6401 主营业务成本|6402 其他业务成本|6403 营业税金及附加|6411 利息支出|6421 手续费及佣金支出|6501 提取未到期责任准备金
6502 提取保险责任准备金|6511 赔付支出|6521 保单红利支出|6531 退保金|6541 分出保费|6542 分保费用|6601 销售费用
6602 管理费用|6603 财务费用|6604 勘探费用|6701 资产减值损失|6711 营业外支出|6801 所得税费用|6901 以前年度损益调整
"""

ChartRow = tuple[str, str, AccountKind, Direction]


def _rows(text: str, kind: AccountKind, side: Direction) -> list[ChartRow]:
    """The rows of a list above; a minus marks an account that stands on the other side (备抵科目)."""
    other = {_DEBIT: _CREDIT, _CREDIT: _DEBIT}[side]
    rows = []
    for entry in text.replace("\n", "|").split("|"):
        code, _space, name = entry.strip().removeprefix("-").partition(" ")
        if code:
            rows.append((code, name, kind, other if entry.strip().startswith("-") else side))
    return rows


CHART: tuple[ChartRow, ...] = tuple(
    _rows(_ASSETS, AccountKind.ASSET, _DEBIT)
    + _rows(_LIABILITIES, AccountKind.LIABILITY, _CREDIT)
    + _rows(_COMMON, AccountKind.COMMON, _DEBIT)
    + _rows(_EQUITY, AccountKind.EQUITY, _CREDIT)
    + _rows(_COSTS, AccountKind.COST, _DEBIT)
    + _rows(_INCOME, AccountKind.PROFIT, _CREDIT)
    + _rows(_EXPENSES, AccountKind.PROFIT, _DEBIT)
)
"""Code, name, kind, side on which the account grows."""

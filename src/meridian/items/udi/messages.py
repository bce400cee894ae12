"""The refusals of the UDI reader: codes, English sentences, Chinese sentences."""

MESSAGES: dict[str, str] = {
    "ai_pair_forbidden": "two application identifiers that exclude each other",
    "ai_pair_missing": "an application identifier without the one it belongs to",
    "ai_repeated": "the same application identifier twice",
    "ai_unknown": "no such application identifier",
    "bracket_missing": "an application identifier must stand in brackets, as in (01)",
    "character_not_allowed": "a character that is not allowed here",
    "check_digit_wrong": "the check digit or check characters are wrong",
    "code_not_listed": "the code is not in its code list",
    "coupon_malformed": "the coupon is malformed",
    "date_impossible": "there is no such date",
    "datum_contradicts": "the scan says two different things about the same datum",
    "element_empty": "an application identifier without data",
    "element_unknown": "no such part of an identifier of this issuing agency",
    "element_too_long": "the data is longer than its application identifier allows",
    "element_truncated": "the data is shorter than its application identifier needs",
    "link_character_wrong": "the link character is not the check character of the barcode it belongs to",
    "link_attribute_not_allowed": "this application identifier may not stand in the query of a GS1 Digital Link",
    "link_key_missing": "the web address is no GS1 Digital Link: it names no GS1 key",
    "link_malformed": "the web address is malformed",
    "link_qualifier_misplaced": "a key qualifier is missing from its place in the path of the GS1 Digital Link",
    "percent_sequence_broken": "a percent sign that encodes no character",
    "scan_empty": "the scan holds no data",
    "scan_too_long": "the scan is too long",
    "separator_missing": "the data runs on past its longest length: the separator (FNC1) is missing",
    "start_character_missing": "company-internal data without the FNC1 or symbology identifier of a GS1 barcode",
    "symbology_unknown": "an unknown or incomplete symbology identifier",
    "time_impossible": "there is no such time of day",
    "udi_issuer_unknown": "not a barcode of an issuing agency known here",
    "value_not_allowed": "the value is not allowed",
}
"""Every code a reader may refuse with, and the English sentence it means. Codes are stable."""

MESSAGES_ZH: dict[str, str] = {
    "ai_pair_forbidden": "两个应用标识符不得同时出现",
    "ai_pair_missing": "缺少与该应用标识符配套的应用标识符",
    "ai_repeated": "应用标识符重复出现",
    "ai_unknown": "未知的应用标识符",
    "bracket_missing": "应用标识符应写在括号内，例如 (01)",
    "character_not_allowed": "含有此处不允许的字符",
    "check_digit_wrong": "校验码错误",
    "code_not_listed": "代码不在规定的代码表内",
    "coupon_malformed": "优惠券数据格式错误",
    "date_impossible": "日期不存在",
    "datum_contradicts": "同一项数据前后不一致",
    "element_empty": "应用标识符后没有数据",
    "element_unknown": "该发码机构没有这样的数据段",
    "element_too_long": "数据超过应用标识符允许的长度",
    "element_truncated": "数据不完整，短于应用标识符要求的长度",
    "link_character_wrong": "连接字符与所属主条码的校验字符不一致",
    "link_attribute_not_allowed": "该应用标识符不得出现在 GS1 数字链接的查询部分",
    "link_key_missing": "网址不是 GS1 数字链接：没有 GS1 主键",
    "link_malformed": "网址格式错误",
    "link_qualifier_misplaced": "主键限定符不在 GS1 数字链接路径的规定位置",
    "percent_sequence_broken": "百分号编码不完整",
    "scan_empty": "扫码内容为空",
    "scan_too_long": "扫码内容过长",
    "separator_missing": "数据超过最大长度：缺少分隔符（FNC1）",
    "start_character_missing": "企业内部数据缺少 GS1 条码的 FNC1 或码制标识符",
    "symbology_unknown": "未知或不完整的码制标识符",
    "time_impossible": "时间不存在",
    "udi_issuer_unknown": "不是已知发码机构的条码",
    "value_not_allowed": "数据值不允许",
}
"""The same for Chinese pages, looked up by code."""


class UdiRefused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """A scan that is not a right UDI or GS1 message.

    `code` is a key of `MESSAGES`; `message` is English text with the particulars; `position` is the 0-based index of
    the first wrong character in the scan as given (its length where something is missing at the end).
    """

    def __init__(self, code: str, position: int, detail: str = "") -> None:
        self.code = code
        self.message = f"{MESSAGES[code]}: {detail}" if detail else MESSAGES[code]
        self.position = position
        super().__init__(self.message)

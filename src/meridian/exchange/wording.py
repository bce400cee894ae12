"""What is said about a file that cannot be read."""

from meridian.exchange.reading.faults import Fault, FileFaultError
from meridian.exchange.reading.files import KINDS
from meridian.exchange.reading.tables import COLUMNS_MAX, ROWS_MAX
from meridian.kernel.messages import Message, listed, message


def fault_words(error: FileFaultError) -> Message:
    """Why the file is not read, where, and what would help."""
    fault, row = error.fault, error.row
    words = {
        Fault.UNKNOWN_KIND: message("只读 {kinds} 文件；旧式 .xls 请另存为 .xlsx。", kinds=listed(KINDS)),
        Fault.UNKNOWN_ENCODING: message("文本编码不是 UTF-8、UTF-16 或 GB18030；请另存为 UTF-8。"),
        Fault.DAMAGED: message("工作簿已损坏或加密，打不开；请在 Excel 中另存后重试。"),
        Fault.SWOLLEN: message("压缩包解开后大得异常，不予读取。"),
        Fault.MACROS: message("含宏的工作簿不予读取；请另存为不含宏的 .xlsx。"),
        Fault.TOO_MANY_ROWS: message("超过 {limit} 行；请分成几个文件。", limit=f"{ROWS_MAX:,}"),
        Fault.TOO_MANY_COLUMNS: message("第 {row} 行超过 {limit} 列；请删去无关的列。", row=row, limit=COLUMNS_MAX),
        Fault.UNCLOSED_QUOTE: message("第 {row} 行附近引号没有成对，或一格过长。", row=row),
        Fault.EMPTY: message("文件里没有数据。"),
    }
    return words[fault]

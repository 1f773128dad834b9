"""What a hazard can be picked from: categories, and bases whose clause was checked.

Documents and clauses are facts from domain.md 5.3, only those marked V or M-hi there; a basis
whose clause is unsure carries the document alone.
"""

from __future__ import annotations

CATEGORIES = [
    "机械",
    "电气",
    "消防",
    "危化品",
    "粉尘",
    "有限空间",
    "特种设备",
    "作业行为",
    "基础管理",
    "其他",
]


def _basis(document: str, clause: str, words: str) -> dict[str, str]:
    return {"document": document, "clause": clause, "words": words}


LAW = "《安全生产法》"
ORDER_10 = "《工贸企业重大事故隐患判定标准》（应急管理部令第10号）"

BASES = [
    _basis(LAW, "第三十六条", "安全设备不得关闭、破坏"),
    _basis(LAW, "第三十条", "特种作业人员持证上岗"),
    _basis(LAW, "第四十二条", "出口、疏散通道畅通"),
    _basis(LAW, "第四十九条", "发包、出租的安全管理协议"),
    _basis("GB 5083-2023", "6.2.1", "运动部件的防护"),
    _basis(ORDER_10, "第三条", "工贸通用情形"),
    _basis(ORDER_10, "第七条第（七）项", "机械：喷漆的报警与通风"),
    _basis(ORDER_10, "第十一条第（三）项", "粉尘：干式除尘的泄爆、惰化、抑爆"),
    _basis(ORDER_10, "第十三条", "有限空间的辨识、审批与监护"),
    _basis("《消防法》", "第二十八条", "安全出口、消防通道"),
    _basis("XF 1131-2014", "6.8", "仓储货物的间距"),
    _basis("GB 55036-2022", "10.0.4", "灭火器的设置与维护"),
    _basis("GB 9448-2025", "", "焊接与切割：气瓶"),
    _basis("《特种设备安全法》", "第四十条", "特种设备定期检验"),
]

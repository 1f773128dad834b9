"""What workbooks say that institutions already have: other heads for a column, words for a choice,
and the example rows of the templates. Data: a workbook is Chinese, whoever reads the page."""

from __future__ import annotations

# A day that is none, and a cell that somebody struck out.
NOTHING = {"长期", "长期有效", "无固定期限", "无", "/", "—", "-"}

# The first word of each choice is the one that a refusal asks for.
YES_NO = {"是": "yes", "否": "no", "有": "yes", "无": "no", "√": "yes", "True": "yes"} | {
    "False": "no"
}
CHOICES = {
    "role": {
        "技术服务人员": "consultant",
        "机构管理员": "manager",
        "项目负责人": "consultant",
        "咨询师": "consultant",
        "管理员": "manager",
    },
    "full_time": {**YES_NO, "专职": "yes", "兼职": "no"},
    "employed_elsewhere": YES_NO,
    "standardization": YES_NO,
    "kind": {
        "中级注册安全工程师": "safety_engineer",
        "安全评价师": "safety_assessor",
        "注册消防工程师": "fire_engineer",
        "初级注册安全工程师": "junior_safety_engineer",
        "工程师及以上职称": "engineer_title",
        "负责人、安全管理人员考核合格证": "safety_officer",
        "特种作业操作证": "special_operation",
        "特种设备作业人员证": "special_equipment",
        "注册安全工程师": "safety_engineer",
        "助理注册安全工程师": "junior_safety_engineer",
        "一级安全评价师": "safety_assessor",
        "二级安全评价师": "safety_assessor",
        "三级安全评价师": "safety_assessor",
        "一级注册消防工程师": "fire_engineer",
        "二级注册消防工程师": "fire_engineer",
        "工程师": "engineer_title",
        "高级工程师": "engineer_title",
        "工程师职称": "engineer_title",
        "高级工程师职称": "engineer_title",
    },
}


def choices() -> dict[str, dict[str, str]]:
    """For each choice its codes with the word a refusal asks for: the first of each."""
    found: dict[str, dict[str, str]] = {name: {} for name in CHOICES}
    for name, known in CHOICES.items():
        for word, code in known.items():
            found[name].setdefault(code, word)
    return found


# What a column may be called besides the template's own head.
ALIASES = {
    "enterprises": {
        "name": ("单位名称", "企业", "公司名称"),
        "credit_code": ("信用代码", "社会信用代码"),
        "county": ("属地", "所属区县", "区县"),
        "phone": ("联系电话", "手机", "手机号"),
        "address": ("地址", "企业地址"),
        "principal": ("负责人", "法定代表人"),
    },
    "people": {
        "name": ("员工姓名", "人员姓名"),
        "phone": ("手机", "手机号", "联系电话"),
        "post": ("职务", "职位"),
        "starts_on": ("合同开始", "入职日期"),
        "ends_on": ("合同结束", "合同到期"),
        "kind": ("证书", "证书名称"),
        "number": ("证号",),
        "valid_to": ("有效期至", "有效期", "到期日期"),
        "review_on": ("复审日期",),
    },
    "contracts": {
        "enterprise": ("企业名称", "服务对象", "单位名称", "统一社会信用代码"),
        "number": ("编号",),
        "signed_on": ("签约日期", "签订时间"),
        "lead_id": ("负责人",),
        "people": ("服务人员", "其他人员"),
        "fee": ("合同金额", "金额", "费用"),
        "uploaded_on": ("上报日期", "系统上传日期", "上传日期"),
        "receipt_no": ("系统受理号", "上报受理号", "回执编号"),
        "item": ("服务内容", "项目"),
        "times": ("服务次数", "频次"),
        "due": ("服务日期", "应服务日期"),
    },
}

# Rows that show how it is filled in; they are told by the first cell and never taken in.
EXAMPLE = "示例（此行不导入）"
EXAMPLES = {
    "enterprises": [
        [
            *(f"{EXAMPLE}：苏州某某机械有限公司", "某某机械", "91320500MA1EXAMPL0"),
            *("某某路 1 号", "张家港市", "机械制造", "张三", "0512-00000000"),
        ]
    ],
    "people": [
        [
            *(f"{EXAMPLE}：张三", "13900000000", "技术服务人员", "工程师", "zhangsan", "是", "否"),
            *("2024-03-01", "2027-02-28", "中级注册安全工程师", "AQ0000000"),
            *("某某安全技术服务有限公司", "2023-05-10", "2028-05-09", ""),
        ],
        [
            *(f"{EXAMPLE}：第二张证书另起一行，前面留空", *[""] * 8),
            *("安全评价师", "PJ0000000", "", "2022-06-01", "长期", ""),
        ],
    ],
    "contracts": [
        [
            *(
                f"{EXAMPLE}：苏州某某机械有限公司",
                "TK-2026-001",
                "2026-01-05",
                "张三",
                "李四、王五",
            ),
            *(
                "2026-01-10",
                "2027-01-09",
                "每月一次",
                "按约定完成，一般隐患闭环",
                "双方责任见合同第五条",
            ),
            *("36000 元", "2026-01-12", "SL-2026-0001"),
            *("安全生产检查", "12", "次", "否", "2026-02-10、2026-03-10"),
        ],
        [
            *(f"{EXAMPLE}：第二个服务项目另起一行，前面留空", *[""] * 12),
            *("安全教育培训", "2", "次", "否", ""),
        ],
    ],
}

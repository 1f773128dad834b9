"""What the demo's people did before, can do and pledged: data, all invented."""

from __future__ import annotations

CREATION, HAZARDS = "安全生产标准化创建指导", "隐患排查与治理指导"
RISKS, PLANS = "风险分级管控指导", "应急预案与演练指导"
MAJOR, EDUCATION = "重大危险源辨识指导", "安全教育培训指导"
STAYING = "驻点隐患排查与治理指导"
OURS = "苏州踏勘安全技术服务有限公司（演示）"

# name, months ago it began and ended (None: until now), unit, post and work
Experience = tuple[str, int, int | None, str, str]
EXPERIENCES: list[Experience] = [
    ("李晓峰", 118, 31, "示范汽车零部件有限公司（演示）", "安全员：冲压、涂装车间日常检查"),
    ("李晓峰", 29, None, OURS, "技术服务人员：工贸企业隐患排查"),
    ("王建国", 230, 140, "示范钢构有限公司（演示）", "安全科长：体系运行、特种作业管理"),
    ("王建国", 139, 52, "示范安全咨询有限公司（演示）", "标准化评审员：机械、轻工行业"),
    ("王建国", 49, None, OURS, "项目负责人"),
    ("周海燕", 150, 24, "示范港口仓储有限公司（演示）", "安全主管：危险货物仓储、应急管理"),
    ("周海燕", 23, None, OURS, "技术服务人员：仓储、危险源辨识"),
    ("吴志强", 96, 18, "示范消防工程有限公司（演示）", "消防工程师：检测与维保"),
    ("吴志强", 16, None, OURS, "技术服务人员：消防与用电检查"),
    ("徐静怡", 84, 22, "示范精细化工有限公司（演示）", "工艺安全工程师"),
    ("徐静怡", 21, None, OURS, "技术服务人员：化工企业"),
    ("孙立新", 260, 14, "示范机床厂（演示）", "设备工程师：设备安全改造"),
    ("陈静", 49, None, OURS, "机构管理员"),
]
YEAR_EXPERIENCES: list[Experience] = [
    ("何文涛", 140, 27, "示范纺织集团有限公司（演示）", "安环部经理：粉尘与电气安全"),
    ("郑雅琴", 200, 63, "示范安全评价有限公司（演示）", "评价师：工贸企业现状评价"),
    ("马国平", 110, 20, "示范物业有限公司（演示）", "消防主管：消防设施与演练"),
]
# name, basis, which one, items
Competence = tuple[str, str, str, list[str]]
COMPETENCES: list[Competence] = [
    ("李晓峰", "credential", "中级注册安全工程师", [HAZARDS, RISKS]),
    ("王建国", "experience", "标准化评审7年，主持创建20余家", [CREATION, HAZARDS, RISKS]),
    ("王建国", "credential", "中级注册安全工程师", [STAYING]),
    ("周海燕", "credential", "安全评价师", [HAZARDS, MAJOR, PLANS]),
    ("吴志强", "experience", "消防检测与维保6年", [HAZARDS, PLANS]),
    ("徐静怡", "experience", "精细化工工艺安全5年", [HAZARDS, MAJOR]),
    ("孙立新", "training", "隐患排查内部培训，考核合格", [HAZARDS]),
]
TAKEN_BACK = ("徐静怡", MAJOR, "注册证已过期，待延续注册后重新认定")
YEAR_COMPETENCES: list[Competence] = [
    ("何文涛", "credential", "中级注册安全工程师", [HAZARDS, RISKS, PLANS, CREATION, STAYING]),
    ("何文涛", "training", "教育培训师资班，考核合格", [EDUCATION]),
    ("郑雅琴", "credential", "安全评价师", [HAZARDS, RISKS, PLANS, CREATION, STAYING]),
    ("周海燕", "training", "教育培训师资班，考核合格", [EDUCATION]),
    ("周海燕", "experience", "港口仓储安全管理10年", [RISKS, CREATION]),
    ("马国平", "experience", "消防主管7年", [HAZARDS, PLANS]),
    ("李晓峰", "experience", "汽车零部件企业安全管理7年", [CREATION, STAYING]),
]
# Whoever signed; of this year, what one of them has not.
PLEDGED = ("李晓峰", "王建国", "周海燕", "吴志强", "徐静怡", "孙立新", "陈静")
UNSIGNED = {"孙立新": "no_conflict"}
YEAR_PLEDGED = ("何文涛", "郑雅琴", "马国平")  # the newest colleague has not signed yet

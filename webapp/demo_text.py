"""What the demo institution is and found: data, all invented; hazards after domain.md 5.3."""

from __future__ import annotations

from webapp.queries.catalogues import LAW, ORDER_10

INSTITUTION = {
    "name": "苏州踏勘安全技术服务有限公司（演示）",
    "credit_code": "91320500DEMO00001X",
    "address": "苏州市工业园区示范路 1 号 5 楼（演示地址）",
    "phone": "0512-00000001",
    "complaint_phone": "0512-00000002",
    "licence_valid_to": None,
}

# sign-in name, name, role, post, letter; without a sign-in name: shown, but nobody's account
PEOPLE = [
    ("li", "李晓峰", "consultant", "技术服务人员", "L"),
    ("wang", "王建国", "consultant", "项目负责人", "W"),
    (None, "周海燕", "consultant", "技术服务人员", "Z"),
    (None, "吴志强", "consultant", "技术服务人员", "U"),
    (None, "徐静怡", "consultant", "技术服务人员", "X"),
    (None, "孙立新", "consultant", "技术服务人员", "S"),
    ("zhao", "赵敏", "safety_manager", "安全总监", "M"),
    ("admin", "陈静", "manager", "机构管理员", "C"),
]

# person, kind, number, days from today until it ends (None: no end)
CREDENTIALS = [
    ("李晓峰", "safety_engineer", "32050000DEMO1001", 700),
    ("王建国", "safety_engineer", "32050000DEMO1002", 1200),
    ("周海燕", "safety_assessor", "32050000DEMO2003", None),
    ("吴志强", "fire_engineer", "32050000DEMO3004", 22),
    ("徐静怡", "safety_engineer", "32050000DEMO1005", -40),
    ("孙立新", "engineer_title", "32050000DEMO4006", None),
    ("陈静", "safety_engineer", "32050000DEMO1007", 500),
]

ENTERPRISES = [
    {
        "key": "metal",
        "name": "张家港示范金属制品有限公司（演示）",
        "short_name": "示范金属",
        "address": "张家港市杨舍镇示范工业园 8 号",
        "county": "张家港市",
        "industry": "机械（金属制品）",
        "principal": "钱大成",
        "phone": "0512-00000008",
    },
    {
        "key": "store",
        "name": "苏州示范仓储物流有限公司（演示）",
        "short_name": "示范仓储",
        "address": "苏州工业园区示范物流园 3 号",
        "county": "苏州工业园区",
        "industry": "仓储",
        "principal": "顾仓平",
        "phone": "0512-00000003",
    },
    {
        "key": "chemical",
        "name": "常熟示范精细化工有限公司（演示）",
        "short_name": "示范化工",
        "address": "常熟市示范化工园区 6 号",
        "county": "常熟市",
        "industry": "化工",
        "principal": "陆化安",
        "phone": "0512-00000006",
    },
]

LINES = {
    "metal": [("安全生产标准化创建指导", 5), ("隐患排查与治理指导", 12), ("风险分级管控指导", 2)],
    "store": [("隐患排查与治理指导", 6), ("应急预案与演练指导", 2)],
    "chemical": [("隐患排查与治理指导", 12), ("重大危险源辨识指导", 1)],
}

# name, level, corners in pixels of the 1600 × 1100 sheet
Zone = tuple[str, str, tuple[int, int, int, int]]
PLANT_ROOMS = [
    ((140, 180, 680, 530), "冲压车间"),
    ((830, 180, 1100, 530), "喷漆房"),
    ((1130, 180, 1400, 530), "打磨间"),
    ((140, 670, 500, 980), "机加工车间"),
    ((530, 670, 690, 980), "成品仓库"),
    ((830, 670, 1080, 980), "办公楼"),
    ((1110, 670, 1400, 980), "污水处理站"),
]
PLANT_ZONES: list[Zone] = [
    ("冲压车间", "considerable", (140, 180, 680, 530)),
    ("喷漆房", "major", (830, 180, 1100, 530)),
    ("打磨间", "major", (1130, 180, 1400, 530)),
    ("机加工车间", "general", (140, 670, 500, 980)),
    ("成品仓库", "general", (530, 670, 690, 980)),
    ("办公楼", "low", (830, 670, 1080, 980)),
    ("污水处理站", "considerable", (1110, 670, 1400, 980)),
]
MACHINES = [
    (180, 200, "1#冲床"),
    (480, 200, "2#冲床"),
    (780, 200, "3#冲床"),
    (1120, 200, "4#冲床"),
    (180, 720, "台钻"),
    (480, 720, "车床"),
    (780, 720, "铣床"),
    (1120, 720, "配电柜"),
]
WORKSHOP_ZONES: list[Zone] = [
    ("冲压区", "considerable", (120, 150, 1330, 520)),
    ("机加工区", "general", (120, 640, 1020, 1000)),
    ("配电区", "considerable", (1060, 640, 1440, 1000)),
    ("主通道", "low", (110, 530, 1450, 620)),
]

# location, plan, x, y, description, category, severity, document, clause, suggestion, deadline
HAZARDS = [
    (
        "机加工区 台钻",
        "workshop",
        0.16,
        0.70,
        "台钻皮带传动部位未设防护罩，操作时可触及。",
        "机械",
        "general",
        "GB 5083-2023",
        "6.2.1",
        "停用台钻，加装固定式防护罩，纳入设备点检。",
        "7",
    ),
    (
        "冲压区 3#冲床",
        "workshop",
        0.53,
        0.23,
        "3#冲床右侧光电保护装置接线被短接，遮挡光幕时滑块不停止。",
        "机械",
        "general",
        LAW,
        "第三十六条",
        "立即停用3#冲床，恢复光电保护接线并试验合格；班前试验记录纳入点检表。",
        "now",
    ),
    (
        "喷漆房 调漆间",
        "plant",
        0.60,
        0.32,
        "使用油性漆的调漆间未设置固定式可燃气体浓度监测报警装置，排风机停用。",
        "危化品",
        "suspected_major",
        ORDER_10,
        "第七条第（七）项",
        "建议立即停止喷涂作业，安装报警装置并与排风联锁，验收合格后恢复。",
        "now",
    ),
    (
        "打磨间",
        "plant",
        0.79,
        0.32,
        "梁上、管道上积尘明显，未见当班清理记录。",
        "粉尘",
        "general",
        "《工贸企业粉尘防爆安全规定》（应急管理部令第6号）",
        "第十八条",
        "停机清扫（使用防爆工具，不得用压缩空气吹扫），建立清理台账。",
        "now",
    ),
    (
        "成品仓库 东门",
        "plant",
        0.38,
        0.75,
        "安全出口外侧挂锁，门内1.2米处堆放托盘6个。",
        "消防",
        "general",
        "《消防法》",
        "第二十八条",
        "立即开锁并清理托盘，明确通道责任人，复核是否构成重大火灾隐患。",
        "now",
    ),
    (
        "污水处理站 收集池",
        "plant",
        0.78,
        0.75,
        "收集池未辨识为有限空间，无管理台账，现场无警示标志。",
        "有限空间",
        "suspected_major",
        ORDER_10,
        "第十三条",
        "辨识建账、上锁挂牌，配备检测和救援器材，作业前落实审批。",
        "7",
    ),
    (
        "机加工车间 北侧",
        "plant",
        0.20,
        0.65,
        "灭火器被物料遮挡，其中2具压力不足。",
        "消防",
        "general",
        "GB 55036-2022",
        "10.0.4",
        "移开物料，更换压力不足的灭火器，补月检卡。",
        "3",
    ),
]

RECORD = {
    "content": "隐患排查与治理指导：对冲压车间、喷漆房、打磨间、机加工车间、成品仓库和污水处理站进行现场检查。",
    "process": "由企业安全总监陪同，按检查表逐区检查，现场告知疑似重大隐患2项，与车间负责人核对事实。",
    "result": "共发现隐患7项，其中疑似重大隐患2项，已当场告知并提出整改建议，详见隐患清单。",
}

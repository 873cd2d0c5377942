"""What the key-account manager knows privately of five people at the customers."""

from datetime import date, timedelta

from odoo.fields import Command

from odoo.addons.truck_crm.tools import birthday as calendar

# Surname and given name, each with its spelling.
NAMES = {
    ("KH0001", "董事长"): ("韦wei", "守义shouyi"),
    ("KH0006", "总经理"): ("梁liang", "佩珊peishan"),
    ("KH0066", "采购经理"): ("赖lai", "立德lide"),
    ("KH0087", "董事长"): ("孙sun", "振海zhenhai"),
    ("KH0136", "财务总监"): ("李li", "雅琴yaqin"),
}
# A birthday is a date of the solar or of the lunar calendar, or an age and in how many
# days from today it is next kept (of a lunar one, within how many).
PROFILES = {
    ("KH0001", "董事长"): {
        "birthday": ("lunar", 1968, 8, 15),
        "gender": "male",
        "native_place": "广西柳江",
        "ethnicity": "壮族",
        "customs": "三月三歌圩当天不谈公事；送礼忌送钟；酒桌上先敬长辈。",
        "education_id": "education_college_diploma",
        "school": "广西交通职业技术学院",
        "occupation": "市物流协会副会长",
        "income_id": "income_1_to_5_million_a_year",
        "hobby_ids": ("hobby_fishing", "hobby_tea"),
        "character_ids": ("character_straightforward", "character_decisive"),
        "value_ids": ("value_keeps_one_s_word", "value_giving_back"),
        "note": "早年自己跑长途，对驾驶室卧铺和空调特别在意，看车一定要亲自试驾。",
        "relatives": (
            ("wife", "覃美荣", "退休教师，爱好广场舞", ("solar", 1970, 3, 8)),
            ("son", "韦嘉豪", "在公司负责新能源车队", ("solar", 1993, 11, 2)),
            ("grandchild", "韦一诺", "上幼儿园", ("solar", 2021, 6, 1)),
        ),
        "events": (
            ("new_company", 2006, 5, 18, "龙城钢运挂牌成立"),
            ("new_house", 2018, 10, 1, "迁入柳东新区新居"),
        ),
        "honours": (
            ("柳州市优秀民营企业家", 2019, 12, "柳州市工商联"),
            ("广西五一劳动奖章", 2022, 4, "广西总工会"),
        ),
    },
    ("KH0006", "总经理"): {
        "birthday": ("solar in days", 46, 3),
        "gender": "female",
        "native_place": "广东佛山",
        "ethnicity": "汉族",
        "customs": "不喝酒，以茶代酒；初一十五吃素；会面喜欢约早茶。",
        "education_id": "education_master",
        "school": "中山大学岭南学院",
        "occupation": "南沙区政协委员",
        "income_id": "income_1_to_5_million_a_year",
        "hobby_ids": ("hobby_hiking", "hobby_photography"),
        "character_ids": ("character_cautious", "character_exact"),
        "value_ids": ("value_reputation", "value_growth"),
        "note": "重数据，拜访前先发全生命周期成本测算表；下午三点后要接孩子。",
        "relatives": (
            ("husband", "冯启明", "港务公司工程师", ("solar", 1977, 9, 12)),
            ("daughter", "冯思琪", "读高二，准备艺考", ("solar", 2009, 4, 20)),
            ("mother", "黄婉卿", "同住，糖尿病", ("lunar", 1950, 2, 19)),
        ),
        "events": (
            ("wedding", 2005, 10, 3, "在佛山摆酒"),
            ("birth_of_a_child", 2009, 4, 20, "女儿思琪出生"),
        ),
        "honours": (("广州市三八红旗手", 2021, 3, "广州市妇联"),),
    },
    ("KH0066", "采购经理"): {
        "birthday": ("lunar in days", 44, 30),
        "gender": "male",
        "native_place": "广东梅州",
        "ethnicity": "汉族（客家）",
        "customs": "吃饭忌剩；客家人重礼数，过年须登门拜年。",
        "education_id": "education_bachelor",
        "school": "长安大学汽车学院",
        "occupation": "曾任修理厂技术主管",
        "income_id": "income_300_000_to_1_000_000_a_year",
        "hobby_ids": ("hobby_badminton", "hobby_driving_tours"),
        "character_ids": ("character_exact", "character_reserved"),
        "value_ids": ("value_family_first", "value_safety_first"),
        "note": "懂技术，喜欢看台架试验报告；反感当面谈返利。",
        "relatives": (
            ("wife", "温小玲", "小学语文老师", ("solar", 1984, 7, 26)),
            ("son", "赖子谦", "读初三", ("solar", 2011, 1, 15)),
            ("daughter", "赖子悦", "读小学", ("solar", 2016, 12, 3)),
        ),
        "events": (
            ("new_house", 2020, 1, 12, "龙岗购房"),
            ("illness", 2023, 6, 5, "腰椎间盘手术，已康复，不宜久坐"),
        ),
        "honours": (("公司年度降本先进个人", 2023, 1, "梧桐山集装箱运输"),),
    },
    ("KH0087", "董事长"): {
        "birthday": ("solar", 1963, 7, 28),
        "gender": "male",
        "native_place": "山东胶州",
        "ethnicity": "汉族",
        "customs": "宴请讲究主宾座次；鱼头朝主宾；敬酒以三杯为礼。",
        "education_id": "education_senior_high_school",
        "school": "胶州一中",
        "occupation": "市人大代表，退伍军人",
        "income_id": "income_above_5_million_a_year",
        "hobby_ids": ("hobby_calligraphy_and_painting", "hobby_chess_and_cards"),
        "character_ids": ("character_sociable", "character_hot_tempered"),
        "value_ids": ("value_reputation", "value_keeps_one_s_word"),
        "note": "当过汽车兵，八一建军节前送祝福最合适；明年计划交班给女儿。",
        "relatives": (
            ("wife", "于桂芝", "", ("lunar", 1964, 11, 6)),
            ("daughter", "孙晓萌", "副总经理，接班人", ("solar", 1990, 5, 17)),
            ("father", "孙德福", "抗美援朝老兵", ("lunar", 1934, 1, 9)),
        ),
        "events": (
            ("new_company", 1998, 8, 8, "退伍后买第一台车起家"),
            ("bereavement", 2020, 11, 19, "母亲去世"),
        ),
        "honours": (
            ("青岛市劳动模范", 2010, 4, "青岛市人民政府"),
            ("全国交通运输诚信企业家", 2018, 11, "中国道路运输协会"),
        ),
    },
    ("KH0136", "财务总监"): {
        "birthday": ("solar", 1979, 2, 14),
        "gender": "female",
        "native_place": "河北遵化",
        "ethnicity": "满族",
        "customs": "满族，不吃狗肉；不收贵重礼品，可送书。",
        "education_id": "education_bachelor",
        "school": "河北经贸大学",
        "occupation": "注册会计师",
        "income_id": "income_300_000_to_1_000_000_a_year",
        "hobby_ids": ("hobby_travel", "hobby_cooking"),
        "character_ids": ("character_cautious", "character_reserved"),
        "value_ids": ("value_thrift", "value_safety_first"),
        "note": "分期方案要列明年化利率；对残值回购条款最感兴趣。",
        "relatives": (
            ("husband", "佟建军", "矿业公司工程师", ("solar", 1976, 10, 9)),
            ("son", "佟昊然", "今年考大学", ("solar", 2008, 8, 30)),
        ),
        "events": (
            ("wedding", 2004, 5, 2, ""),
            ("birth_of_a_child", 2008, 8, 30, "儿子昊然出生"),
        ),
        "honours": (("唐山市先进会计工作者", 2017, 12, "唐山市财政局"),),
    },
}
WRITTEN = 2026  # when the years above were right; they move on with the story
OPTIONS = ("education_id", "income_id")
LISTS = ("hobby_ids", "character_ids", "value_ids")
PARTS = ("relatives", "events", "honours")


def build(stage):
    """Enter the profiles; those whom they are about have agreed on a visit."""
    stage.env["truck.personal.profile"].create(
        [
            {
                "partner_id": stage.contacts[place].id,
                "consent_date": stage.today - timedelta(days=60 + 17 * number),
                **_prepare_vals(stage, facts),
            }
            for number, (place, facts) in enumerate(PROFILES.items())
        ]
    )


def _prepare_vals(stage, facts):
    vals = {name: value for name, value in facts.items() if name not in PARTS}
    vals |= {name: _get_option(stage, vals[name]) for name in OPTIONS}
    vals |= {name: [_get_option(stage, o) for o in vals[name]] for name in LISTS}
    vals |= _prepare_birthday(stage, *vals.pop("birthday"))
    for field, prepare, part in (
        ("relative_ids", _prepare_relative, "relatives"),
        ("event_ids", _prepare_event, "events"),
        ("honour_ids", _prepare_honour, "honours"),
    ):
        vals[field] = [Command.create(prepare(stage, *row)) for row in facts[part]]
    return vals


def _get_option(stage, name):
    return stage.env.ref(f"truck_crm.truck_personal_option_{name}").id


def _prepare_relative(stage, relation, name, note, birthday):
    return {
        "relation_id": _get_option(stage, f"relation_{relation}"),
        "name": name,
        "note": note,
        **_prepare_birthday(stage, *birthday),
    }


def _prepare_event(stage, kind, year, month, day, note):
    return {
        "kind_id": _get_option(stage, f"event_{kind}"),
        "date": date(_move(stage, year), month, day),
        "note": note,
    }


def _prepare_honour(stage, name, year, month, by):
    day = date(_move(stage, year), month, 1)
    return {"name": name, "date": day, "awarded_by": by}


def _prepare_birthday(stage, kind, year, *rest):
    """Return the values of a birthday, see ``PROFILES``."""
    if kind == "solar":
        return {"birthday": date(_move(stage, year), *rest)}
    if kind == "solar in days":
        day = stage.today + timedelta(days=rest[0])
        # never the 29th of February: it is kept in leap years only
        day -= timedelta(days=(day.month, day.day) == (2, 29))
        return {"birthday": day.replace(year=stage.today.year - year)}
    if kind == "lunar":
        year = _move(stage, year)
    else:
        year = stage.today.year - year
        rest = _find_lunar_day(stage, *rest)
    month, day = rest
    return {
        "birthday_calendar": "lunar",
        "lunar_year": year,
        "lunar_month": month,
        "lunar_day": day,
    }


def _move(stage, year):
    return year + stage.today.year - WRITTEN


def _find_lunar_day(stage, days):
    """Return month and day of a lunar birthday that is next kept within these days.

    In a leap month nobody has one, so that not every day will do.
    """
    last = stage.today + timedelta(days=days)
    # not the 30th: not every year has it in that month
    lunar = [
        key - calendar.LUNAR
        for key in calendar.keys_between(stage.today, last)
        if key > calendar.LUNAR and key % 100 < 30
    ]
    return divmod(lunar[-5:][0], 100)

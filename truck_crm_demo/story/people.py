"""Invented people: names, and numbers and addresses that reach nobody."""

from itertools import count

# Names with their spelling, for the addresses.
_SURNAMES = (
    "韦wei 黄huang 梁liang 覃qin 陈chen 李li 刘liu 周zhou 吴wu 莫mo 罗luo 农nong"
    " 卢lu 唐tang 邓deng 谢xie 何he 林lin 蒋jiang 赵zhao 王wang 张zhang 杨yang 孙sun"
    " 朱zhu 胡hu 郭guo 马ma 高gao 徐xu"
).split()
_GIVEN = (
    "志强zhiqiang 建华jianhua 海燕haiyan 国庆guoqing 丽娟lijuan 伟民weimin"
    " 晓东xiaodong 春梅chunmei 德胜desheng 文斌wenbin 秀英xiuying 永康yongkang"
    " 俊杰junjie 小芳xiaofang 家豪jiahao 振宇zhenyu 红霞hongxia 立军lijun"
    " 明辉minghui 玉兰yulan 少华shaohua 景涛jingtao 雪梅xuemei 天宇tianyu"
    " 宏伟hongwei 素芬sufen 子轩zixuan 金凤jinfeng 兴国xingguo 思远siyuan"
).split()
_SPELLING = "abcdefghijklmnopqrstuvwxyz"
_PREFIXES = (130, 131, 135, 136, 137, 138, 139, 150, 158, 159, 177, 186, 189)


class People:
    """Hands out persons, each once, with a phone and a mail address of their own."""

    def __init__(self, random):
        names = [(surname, given) for surname in _SURNAMES for given in _GIVEN]
        random.shuffle(names)
        self._names = iter(names)
        self._numbers = count(random.randrange(1000, 2000))
        self._random = random

    def person(self, domain, parts=None):
        """Return name, mobile and mail of somebody at a firm with this domain.

        :param parts: surname and given name, each with its spelling; else anybody
        """
        parts = parts or next(self._names)
        spelling = "".join(part.lstrip(part.rstrip(_SPELLING)) for part in parts)
        return {
            "name": "".join(part.rstrip(_SPELLING) for part in parts),
            "truck_mobile": self.mobile(),
            "email": mail(spelling, domain),
        }

    def mobile(self):
        """Return a mobile number; the zeros in its middle belong to no network."""
        return f"+86 {self._random.choice(_PREFIXES)} 0000 {self._number()}"

    def phone(self, city):
        """Return a number in a city; none there begins with zero.

        :param dict city: a row of ``data/cities.csv``
        """
        return f"{city['phone']} {self._number()}"

    def _number(self):
        return f"{next(self._numbers) * 7 % 10000:04}"


def mail(name, domain):
    """Return an address in a domain that is reserved for examples."""
    return f"{name}@{domain}.example.com"

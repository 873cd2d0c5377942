from .common import TruckCrmCommon


class TerritoryCommon(TruckCrmCommon):
    """Two regions of China with a lead salesperson each.

    South (seller, rival; lead seller): province GX
      └─ Liuzhou: city 柳州
    North (rival): province SD, postcodes 545000-545099 in the middle of South
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.china = cls.env.ref("base.cn")
        cls.gx = cls.env.ref("base.state_cn_GX")
        cls.sd = cls.env.ref("base.state_cn_SD")
        cls.region_south = cls._create_territory(
            "South", {"state_id": cls.gx.id}, user_ids=cls._ids("seller", "rival")
        )
        cls.liuzhou = cls._create_territory(
            "Liuzhou",
            {"state_id": cls.gx.id, "city": "柳州"},
            parent_id=cls.region_south.id,
        )
        cls.region_north = cls._create_territory(
            "North",
            {"state_id": cls.sd.id},
            {"zip_from": "545000", "zip_to": "545099", "country_id": cls.china.id},
            user_ids=cls._ids("rival"),
        )
        cls.region_south.lead_user_id = cls.users["seller"]

    @classmethod
    def _ids(cls, *names):
        return [cls.users[name].id for name in names]

    @classmethod
    def _create_territory(cls, name, *areas, **values):
        return cls.env["truck.territory"].create(
            {"name": name, "area_ids": [(0, 0, area) for area in areas], **values}
        )

    @classmethod
    def _create_customer(cls, name="Customer", **values):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "country_id": cls.china.id,
                "state_id": cls.gx.id,
                **values,
            }
        )

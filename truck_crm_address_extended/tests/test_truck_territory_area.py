from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from odoo.addons.truck_crm.tests.territory_common import TerritoryCommon


@tagged("post_install", "-at_install")
class TestTruckTerritoryArea(TerritoryCommon):
    """R2.7: territories by the cities of the list, as l10n_cn_city brings them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.liubei, cls.guilin = cls.env["res.city"].create(
            [
                {
                    "name": name,
                    "country_id": cls.china.id,
                    "state_id": cls.gx.id,
                    "zipcode": zipcode,
                }
                for name, zipcode in (("柳州市柳北区", "545002"), ("桂林市", "541000"))
            ]
        )
        cls.territory = cls._create_territory("Listed", {"city_id": cls.guilin.id})

    def test_city_tells_name_and_province(self):
        """R2.7: what is picked from the list needs no typing."""
        self.assertRecordValues(
            self.territory.area_ids,
            [
                {
                    "city": "桂林市",
                    "city_key": "桂林",
                    "state_id": self.gx.id,
                    "country_id": self.china.id,
                    "level": "city",
                }
            ],
        )
        abroad = self.env["res.city"].create(
            {"name": "Hanoi", "country_id": self.env.ref("base.vn").id}
        )
        self.territory.area_ids.city_id = abroad
        self.territory.area_ids.state_id = False
        self.assertEqual(self.territory.area_ids.city, "Hanoi")

    def test_customer_is_found_by_the_city_of_the_list(self):
        """R2.7: however the address spells it; and by the name, as without the list."""
        customer = self._create_customer(city_id=self.guilin.id, city="Kweilin")
        self.assertEqual(customer.truck_territory_id, self.territory)
        customer.city_id = False
        self.assertEqual(customer.truck_territory_id, self.region_south)
        customer.city = "桂林"
        self.assertEqual(customer.truck_territory_id, self.territory)

    def test_county_of_the_list_lies_in_its_city(self):
        """R2.7: an area of the county takes precedence over that of the city."""
        customer = self._create_customer(city_id=self.liubei.id, city=self.liubei.name)
        self.assertEqual(customer.truck_territory_id, self.liuzhou)
        county = self._create_territory("County", {"city_id": self.liubei.id})
        customer.city = "Liubei"
        self.assertEqual(customer.truck_territory_id, county)

    def test_all_are_assigned_by_the_list_too(self):
        """R2.7: the one statement for all reads the city of the list as well."""
        customer = self._create_customer(city_id=self.guilin.id, city="Kweilin")
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET truck_territory_id = NULL")
        self.env.invalidate_all()
        self.env["truck.territory"]._assign(customer.ids)
        self.assertEqual(customer.truck_territory_id, self.territory)

    def test_city_of_the_list_is_given_away_once(self):
        """R2.7: picked or typed, it is the same city."""
        for area in (
            {"city_id": self.guilin.id},
            {"city": "桂林", "state_id": self.gx.id},
        ):
            with self.assertRaisesRegex(
                ValidationError, "overlaps with .*桂林市 of Listed"
            ):
                self._create_territory("Second", area)

    def test_form(self):
        """R2.7: a manager picks the city on the screen."""
        form = Form(self.env["truck.territory"].with_user(self.users["manager"]))
        form.name = "Picked"
        with form.area_ids.new() as area:
            area.city_id = self.liubei
            self.assertEqual(area.city, "柳州市柳北区")
        territory = form.save()
        self.assertEqual(territory.area_ids.state_id, self.gx)

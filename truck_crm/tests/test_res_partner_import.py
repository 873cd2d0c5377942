from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

from .common import TruckCrmCommon

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPTIONS = {"has_headers": True, "quoting": '"', "date_format": "%Y-%m-%d"}


@tagged("post_install", "-at_install")
class TestResPartnerImport(TruckCrmCommon):
    """R1.10: business cards and old lists come in, and bad rows are named."""

    def _import(
        self, content, lang="en_US", kind=XLSX, name="partners.xlsx", **options
    ):
        """Do what the import screen does with a file; return the result."""
        self.env["res.lang"]._activate_lang(lang)
        context = {
            "lang": lang,
            "default_is_company": True,
            "truck_assign_ref": True,
        }
        wizard = self.env["base_import.import"].with_user(self.users["seller"])
        wizard = wizard.with_context(**context).create(
            {
                "res_model": "res.partner",
                "file": content,
                "file_name": "partners.xlsx" if kind == XLSX else "partners.csv",
                "file_type": kind,
            }
        )
        options = {**OPTIONS, **options}
        preview = wizard.parse_preview(options)
        matches = preview["matches"]
        unknown = [
            heading
            for column, heading in enumerate(preview["headers"])
            if column not in matches
        ]
        self.assertFalse(unknown)
        return wizard.execute_import(
            ["/".join(matches[column]) for column in range(len(matches))],
            preview["headers"],
            {**preview["options"], **options},
        )

    def _import_csv(self, *lines):
        content = "\n".join(lines).encode()
        return self._import(
            content,
            kind="text/csv",
            name="partners.csv",
            separator=",",
            encoding="utf-8",
        )

    def _read_sheet(self, kind, lang):
        Partner = self.env["res.partner"].with_context(lang=lang)
        paths = [row["template"] for row in Partner.get_import_templates()]
        (path,) = (path for path in paths if f"_{kind}_" in path)
        self.assertIn(lang, path)
        with file_open(path.removeprefix("/"), "rb") as sheet:
            return sheet.read()

    def test_the_sheet_of_business_cards_comes_in_as_it_is(self):
        """R1.10, R13.4: first the company, then its people, in each language."""
        for lang in ("en_US", "zh_CN", "zh_TW"):
            with self.subTest(lang):
                self.env["res.lang"]._activate_lang(lang)
                result = self._import(self._read_sheet("cards", lang), lang)
                self.assertFalse(result["messages"])
                company, person = self.env["res.partner"].browse(result["ids"])
                self.assertTrue(company.is_company)
                self.assertTrue(company.ref)
                self.assertEqual(company.truck_fax, "0772 281 1235")
                self.assertEqual(company.state_id.name, "广西壮族自治区")
                self.assertRecordValues(
                    person,
                    [
                        {
                            "parent_id": company.id,
                            "is_company": False,
                            "truck_mobile": "139 7711 2345",
                            "email": "wang@example.com",
                            "ref": False,
                        }
                    ],
                )
                self.assertTrue(person.function)
                (person | company).unlink()

    def test_the_sheet_of_old_customers_comes_in_as_it_is(self):
        """R1.10, R13.4: the list keeps its numbers, in each language."""
        for lang in ("en_US", "zh_CN", "zh_TW"):
            with self.subTest(lang):
                self.env["res.lang"]._activate_lang(lang)
                result = self._import(self._read_sheet("customers", lang), lang)
                self.assertFalse(result["messages"])
                customer = self.env["res.partner"].browse(result["ids"])
                self.assertRecordValues(
                    customer,
                    [
                        {
                            "ref": "OLD-0815",
                            "is_company": True,
                            "truck_legal_form": "limited",
                            "truck_main_use": "dump",
                            "truck_annual_mileage": 90000,
                            "truck_founding_date": self._date("2009-05-01"),
                        }
                    ],
                )
                mode = self.env.ref("truck_crm.truck_operating_mode_own")
                scale = self.env.ref("truck_crm.truck_customer_scale_medium")
                self.assertEqual(customer.truck_operating_mode_id, mode)
                self.assertEqual(customer.truck_scale_id, scale)
                self.assertEqual(len(customer.truck_goods_ids), 2)
                customer.unlink()

    def test_headings_of_chinese_cards_are_understood_in_any_language(self):
        """R1.10: the sheet a colleague keeps comes in without being retyped."""
        result = self._import_csv(
            "客户名称,是否公司,固定电话,手机号码,传真,详细地址,省,市,归属经销商",
            "桂林漓江货运,1,0773 1,13977110001,0773 2,中山路,广西,桂林,Nanning",
        )
        self.assertFalse(result["messages"])
        customer = self.env["res.partner"].browse(result["ids"])
        self.assertEqual(customer.truck_dealer_id, self.nanning)
        self.assertEqual(customer.truck_mobile, "13977110001")
        self.assertEqual(customer.street, "中山路")

    def test_an_unknown_dealer_is_named_with_its_row_and_nothing_is_written(self):
        """R1.10: the whole file waits until each row is right."""
        result = self._import_csv(
            "客户名称,归属经销商",
            "Good One,Nanning",
            "Bad One,Nowhere",
        )
        self.assertFalse(result["ids"])
        (message,) = result["messages"]
        self.assertEqual(message["rows"], {"from": 1, "to": 1})
        self.assertEqual(message["field_path"], ["truck_dealer_id"])
        self.assertIn("Nowhere", message["message"])
        self.assertIn("Serving Dealer", message["field_name"])
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Good One")]))

    def test_a_bad_choice_is_named_with_its_row(self):
        """R1.10: a legal form that does not exist."""
        result = self._import_csv(
            "客户名称,企业性质", "Good One,Limited Company", "Bad One,Gang"
        )
        self.assertFalse(result["ids"])
        (message,) = result["messages"]
        self.assertEqual(message["rows"], {"from": 1, "to": 1})
        self.assertIn("Legal Form", message["message"])

    @mute_logger("odoo.addons.base_import.models.base_import")
    def test_values_that_a_rule_refuses_are_named_with_their_row(self):
        """R1.10: the same rules as for those who type."""
        result = self._import_csv(
            "客户名称,Founded On,Annual Mileage (km)",
            "Good One,2009-05-01,1000",
            "From Tomorrow,2999-05-01,1000",
            "Backwards,2009-05-01,-1",
        )
        self.assertFalse(result["ids"])
        texts = {
            m["rows"]["from"]: m["message"] for m in result["messages"] if m["rows"]
        }
        self.assertEqual(texts.keys(), {1, 2}, "the first row is right")
        # what the screen shows: lines of the sheet, the headings are the first
        lines = {m["rows"]["from"]: m["record"] for m in result["messages"]}
        self.assertEqual((lines[1], lines[2]), (3, 4))
        self.assertIn("Founded On of From Tomorrow", texts[1])
        self.assertIn("Annual Mileage (km) of Backwards", texts[2])
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Good One")]))

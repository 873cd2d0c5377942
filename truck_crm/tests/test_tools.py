import doctest

from odoo.tests import BaseCase, tagged

from odoo.addons.truck_crm.tools import (
    birthday,
    complaint_text,
    mileage,
    plate,
    poisson,
    search_text,
    solution_text,
    territory,
    upload,
    vin,
    working_time,
)

MODULES = (
    birthday,
    complaint_text,
    mileage,
    plate,
    poisson,
    search_text,
    solution_text,
    territory,
    upload,
    vin,
    working_time,
)


@tagged("post_install", "-at_install")
class TestTools(BaseCase):
    """R1.4, R3.2, R7.3: VINs, plates, odometers, birthdays, working time: examples."""

    def test_examples_hold(self):
        for module in MODULES:
            with self.subTest(module.__name__):
                result = doctest.testmod(
                    module, optionflags=doctest.IGNORE_EXCEPTION_DETAIL
                )
                self.assertGreater(result.attempted, 0)
                self.assertEqual(result.failed, 0)

    def test_every_wrong_character_of_a_vin_is_found_by_the_check_digit(self):
        """One digit misread as another never passes for right (modulo 11)."""
        good = "LJCPCBLCX11000237"
        for position in range(11, 17):
            for digit in "0123456789":
                changed = good[:position] + digit + good[position + 1 :]
                self.assertEqual(vin.has_valid_check_digit(changed), changed == good)

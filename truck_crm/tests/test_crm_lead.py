from odoo.tests import freeze_time, tagged

from .interaction_common import InteractionCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-02 08:00:00")
class TestCrmLead(InteractionCommon):
    """R1.6, R4.1: contacts with a lead, who may become a customer."""

    def _create_lead(self, **values):
        return self.env["crm.lead"].create(
            {"name": "Ten tractors", "user_id": self.seller.id, **values}
        )

    def test_two_taps_from_a_lead(self):
        """R4.1: with the lead's person of the customer."""
        lead = self._create_lead(partner_id=self.buyer.id)
        interaction = self._dialog(lead).save()
        self.assertRecordValues(
            interaction,
            [
                {
                    "lead_id": lead.id,
                    "partner_id": self.customer.id,
                    "contact_ids": self.buyer.ids,
                }
            ],
        )
        self.assertEqual(lead.with_user(self.seller).truck_interaction_count, 1)
        action = lead.with_user(self.seller).action_truck_view_interactions()
        self.assertEqual(self._find(), self._find().search(action["domain"]))

    def test_who_is_no_customer_yet_can_be_called(self):
        """R1.6: a lead without a customer has contacts, which become his."""
        lead = self._create_lead(contact_name="Zhang")
        self._dialog(lead).save()
        interaction = self._find(lead_id=lead.id)
        self.assertFalse(interaction.partner_id)
        self.assertEqual(
            interaction.with_user(self.seller).display_name,
            "Call (outgoing) · Ten tractors",
        )
        lead.partner_id = self.buyer
        self.assertRecordValues(
            interaction,
            [{"partner_id": self.customer.id, "lead_id": lead.id}],
        )
        metrics = self.env["truck.customer.metrics"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertEqual(str(metrics.last_contact_date), "2026-03-02")

    def test_nobody_else_reads_contacts_of_a_lead_without_customer(self):
        """R13.1: the lead's salesperson does, another does not."""
        lead = self._create_lead(contact_name="Zhang")
        interaction = self._log(self.manager, partner_id=False, lead_id=lead.id)
        for user, count in ((self.seller, 1), (self.rival, 0)):
            model = self.env["truck.interaction"].with_user(user)
            self.assertEqual(
                model.search_count([("id", "=", interaction.id)]), count, user.login
            )

    def test_merged_leads_keep_all_contacts(self):
        """R4.1: of two leads made one, nothing that was said gets lost."""
        leads = self._create_lead() | self._create_lead()
        rows = self._log(lead_id=leads[0].id) | self._log(lead_id=leads[1].id)
        merged = leads.merge_opportunity()
        self.assertEqual(rows.lead_id, merged)

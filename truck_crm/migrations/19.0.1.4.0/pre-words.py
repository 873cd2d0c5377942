"""Labels that got another word lose the translations of the old one.

An upgrade keeps a translation that is there; so “Interactions”, that were “Contacts”,
would stay 联系人, people. Before the upgrade, since it loads the new words itself.
"""

FIELDS = (
    ("truck.interaction", "user_id"),
    ("truck.grade.band", "value_from"),
    ("truck.greeting.sent", "date"),
    ("truck.greeting.preview", "total"),
    ("truck.greeting.preview.line", "date"),
)


def migrate(cr, _version):
    cr.execute(
        """
        UPDATE ir_model_fields
           SET field_description = jsonb_build_object(
                   'en_US', field_description ->> 'en_US')
         WHERE name = 'truck_interaction_count' OR (model, name) IN %s
        """,
        [FIELDS],
    )
    cr.execute(
        """
        UPDATE ir_model_fields_selection choice
           SET name = jsonb_build_object('en_US', choice.name ->> 'en_US')
          FROM ir_model_fields field
         WHERE field.id = choice.field_id AND field.model = 'truck.vehicle.event'
           AND field.name = 'kind' AND choice.value = 'interaction'
        """
    )

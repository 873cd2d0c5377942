"""Labels that got another word lose the translations of the old one.

An upgrade keeps a translation that is there; so “Interactions”, that were “Contacts”,
would stay 联系人, people. Before the upgrade, since it loads the new words itself.
"""

FIELDS = (
    ("truck.complaint.cluster", "probability"),
    ("truck.complaint.cluster.policy", "category_ids"),
    ("truck.complaint.escalation", "level_id"),
    ("truck.complaint.reopen", "reason"),
    ("truck.complaint.report", "channel"),
    ("truck.complaint.report", "response_hours"),
    ("truck.complaint.report", "solution_hours"),
    ("truck.complaint.report", "user_id"),
    ("truck.complaint.step.rule", "needs_evidence"),
    ("truck.emergency", "date"),
    ("truck.emergency", "progress_text"),
    ("truck.escalation.level", "user_id"),
    ("truck.escalation.simulation.line", "level_id"),
    ("truck.grade.band", "value_from"),
    ("truck.greeting.preview", "total"),
    ("truck.greeting.preview.line", "date"),
    ("truck.greeting.sent", "date"),
    ("truck.interaction", "user_id"),
    ("truck.solution.version", "changes"),
)
CHOICES = (
    ("truck.escalation.level", "target", "owner"),
    ("truck.escalation.level", "target", "user"),
    ("truck.vehicle.event", "kind", "interaction"),
)


def migrate(cr, _version):
    """Keep only the English of these labels and their helps."""
    cr.execute(
        """
        UPDATE ir_model_fields
           SET field_description = jsonb_build_object(
                   'en_US', field_description ->> 'en_US'),
               help = CASE WHEN help IS NOT NULL THEN
                   jsonb_build_object('en_US', help ->> 'en_US') END
         WHERE name = 'truck_interaction_count' OR (model, name) IN %s
        """,
        [FIELDS],
    )
    cr.execute(
        """
        UPDATE ir_model_fields_selection choice
           SET name = jsonb_build_object('en_US', choice.name ->> 'en_US')
          FROM ir_model_fields field
         WHERE field.id = choice.field_id
           AND (field.model, field.name, choice.value) IN %s
        """,
        [CHOICES],
    )

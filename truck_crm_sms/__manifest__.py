{
    "name": "Truck CRM: Greetings by SMS",
    "summary": "Birthdays and festivals by SMS, and the contact limit when writing one",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "author": "truck_crm contributors",
    "website": "https://github.com/truck-crm/truck_crm",
    "license": "LGPL-3",
    "depends": ["truck_crm", "sms"],
    "data": [
        "data/sms_template_data.xml",
        "views/truck_escalation_policy_views.xml",
        "views/truck_greeting_views.xml",
        "wizards/sms_composer_views.xml",
    ],
    "auto_install": True,
}

"""Which data can be trusted: verified lately, long ago, never; who wants no mail."""

from datetime import timedelta

# Of ten customers: how many days ago somebody compared the data with them. What was
# verified more than a year ago, or never, is to be checked.
VERIFIED = (25, 60, 95, 140, 190, 250, 310, 430, None, None)
# They want no greetings: customer number and job.
OPT_OUT = (("KH0001", "财务总监"), ("KH0066", "车队队长"), ("KH0087", "采购经理"))


def build(stage):
    """Verify customers by the hand of their salespeople, and note who opted out."""
    rng = stage.random("trust")
    groups = {}
    for partner in stage.customers.values():
        groups.setdefault(rng.choice(VERIFIED), []).append(partner)
    for back, partners in groups.items():
        if back:
            _verify(stage, stage.env["res.partner"].union(*partners), back)
    for place in OPT_OUT:
        stage.contacts[place].truck_greeting_optout = True


def _verify(stage, partners, back):
    """Note that they were verified so many days ago, if they were known then."""
    day = stage.today - timedelta(days=back)
    known = partners.filtered(lambda partner: stage.days[partner] <= day)
    for user, mine in known.grouped("user_id").items():
        mine.with_user(user).action_truck_verify()
    known.truck_verified_date = day

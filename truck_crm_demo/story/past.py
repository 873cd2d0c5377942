"""Setting dates back: Odoo's own methods always stamp the present."""

from datetime import datetime, time, timedelta

from odoo.tools import SQL

# Office hours in Shanghai, told in UTC.
_OPENING, _MINUTES = time(1, 0), 8 * 60


def moment(random, day):
    """Return a moment (naive, UTC) in the office hours of a Chinese day."""
    return datetime.combine(day, _OPENING) + timedelta(
        minutes=random.randrange(_MINUTES)
    )


def set_back(moments, *columns, by=None):
    """Write moments straight into columns of a table, and into the record's messages.

    :param dict moments: the moment by record, all of one model
    :param columns: names of the columns that get it
    :param by: the user who did it, or a function from record to user
    """
    records = next(iter(moments)).union(*moments)
    records.flush_recordset()
    records.env.cr.execute(
        SQL(
            "UPDATE %s t SET create_uid = d.user_id, %s FROM %s WHERE t.id = d.id",
            SQL.identifier(records._table),
            SQL(", ").join(
                SQL("%s = d.moment", SQL.identifier(column))
                for column in (*columns, "create_date")
            ),
            _as_table(moments, by),
        )
    )
    records.invalidate_recordset(flush=False)
    set_back_messages(moments, by)


def set_back_messages(moments, by=None):
    """Let what the chatter tells of later have been said then, by the one in charge."""
    record = next(iter(moments))
    Message = record.env["mail.message"]
    Message.flush_model()
    record.env.cr.execute(
        SQL(
            """
            UPDATE mail_message t
               SET date = d.moment, create_date = d.moment, author_id = d.author_id
              FROM %s
             WHERE t.res_id = d.id AND t.model = %s AND t.date > d.moment
            """,
            _as_table(moments, by),
            record._name,
        )
    )
    Message.invalidate_model(flush=False)


def _as_table(moments, by):
    """Return the moments as a table ``d``, with the user who did it and his partner."""
    users = [by(r) if callable(by) else by or r.env.user for r in moments]
    return SQL(
        "unnest(%s, %s::timestamp[], %s, %s) AS d(id, moment, user_id, author_id)",
        [record.id for record in moments],
        list(moments.values()),
        [user.id for user in users],
        [user.partner_id.id for user in users],
    )

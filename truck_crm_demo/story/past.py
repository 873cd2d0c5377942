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
    done_by = by if callable(by) else lambda _record: by or records.env.user
    values = SQL(
        "unnest(%s, %s::timestamp[], %s, %s) AS d(id, moment, user_id, author_id)",
        records.ids,
        [moments[record] for record in records],
        [done_by(record).id for record in records],
        [done_by(record).partner_id.id for record in records],
    )
    records.env.cr.execute(
        SQL(
            "UPDATE %s t SET create_uid = d.user_id, %s FROM %s WHERE t.id = d.id",
            SQL.identifier(records._table),
            SQL(", ").join(
                SQL("%s = d.moment", SQL.identifier(column))
                for column in (*columns, "create_date")
            ),
            values,
        )
    )
    records.invalidate_recordset(flush=False)
    _set_back_messages(records, values)


def _set_back_messages(records, values):
    """Let what the chatter tells of today have been said then, by the one in charge."""
    Message = records.env["mail.message"]
    Message.flush_model()
    records.env.cr.execute(
        SQL(
            """
            UPDATE mail_message t
               SET date = d.moment, create_date = d.moment, author_id = d.author_id
              FROM %s
             WHERE t.res_id = d.id AND t.model = %s AND t.date > d.moment
            """,
            values,
            records._name,
        )
    )
    Message.invalidate_model(flush=False)

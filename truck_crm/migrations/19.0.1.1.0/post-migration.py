def migrate(cr, version):
    """Begin the histories with what holds now.

    Dealers and customers entered before there were histories get their open row. Since
    when it holds was never written down: the day stays empty instead of being invented.
    Post and not pre, since the tables come into being in between; and in SQL, since the
    customers may be a million.
    """
    cr.execute(
        """ INSERT INTO truck_dealer_history
                (dealer_id, parent_id, tier_id, user_id, moved_count,
                 create_uid, write_uid, create_date, write_date)
            SELECT id, parent_id, tier_id, user_id, 0,
                   1, 1, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
              FROM truck_dealer dealer
             WHERE NOT EXISTS (SELECT FROM truck_dealer_history history
                                WHERE history.dealer_id = dealer.id)
        """
    )
    cr.execute(
        """ INSERT INTO truck_customer_dealer_history
                (partner_id, dealer_id,
                 create_uid, write_uid, create_date, write_date)
            SELECT id, truck_dealer_id,
                   1, 1, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
              FROM res_partner partner
             WHERE truck_dealer_id IS NOT NULL
                   AND NOT EXISTS (SELECT FROM truck_customer_dealer_history history
                                    WHERE history.partner_id = partner.id)
        """
    )

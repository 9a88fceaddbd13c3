-- Workers that were lost long ago, and their claims with them. Nobody asks after them any more.
DELETE FROM workers WHERE lease_until < clock_timestamp() - interval '1 day'

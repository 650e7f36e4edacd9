"""THE POST OFFICE: a frozen issue goes through the ledger to a mailer; nobody is missed, nobody gets it twice."""

"""The security papers that a council must have: the dossier that proposes security level 2, and the playbook for
incidents. Vietnamese, since both go to Vietnamese offices; as a page to print and as a file that the office edits.

What they say of the product is taken from the product (`facts`); what only the council knows is left as a marked blank.
"""

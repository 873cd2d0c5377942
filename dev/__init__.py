"""How a person runs truck_crm: provisioning, databases, tests, lint and the demo.

Standard library only: this package runs before anything is installed. Each command of
`bin/` is a module of `dev.commands`; the other modules are the parts they share.
"""

"""
What an operator can choose of the operation: who watches the server, how it stops, its own log.

Rule: a default is right for one machine. Pure.
"""

from __future__ import annotations

import attrs


@attrs.frozen
class OpsSettings:
    """
    The listener of those who watch the server: `/metrics`, `/healthz`, `/readyz`.

    Attributes:
        port: 0: any free one, which is then logged; -1: none.
    """

    interface: str = "127.0.0.1"
    port: int = -1


@attrs.frozen
class DrainSettings:
    """
    What happens after SIGTERM.

    Attributes:
        accept_s: seconds for which clients are still taken while `/readyz` says no.
        spread_s: seconds over which followers are sent away, at most.
        deadline_s: seconds after which the process exits, whatever is left to do.
        elsewhere: address that who leaves is told to come back to at once; "": here, later.
    """

    accept_s: float = 2.0
    spread_s: float = 20.0
    deadline_s: float = 40.0
    elsewhere: str = ""


@attrs.frozen
class LogsSettings:
    """
    How the server's own log is written.

    Attributes:
        format: "text" or "json".
        lines_per_s: of one kind that are written; the others are counted. 0: all.
    """

    format: str = "text"
    lines_per_s: float = 100.0


@attrs.frozen
class ManholeSettings:
    """
    The operators' shell over SSH.

    Attributes:
        port: 0: there is none.
        interface: an address of loopback; others are refused.
        authorized_keys: file with the public keys of operators, in OpenSSH's form.
        host_key: file with the server's own key; made at the first start.
        login_timeout_s: seconds from the connection to the login.
        attempts: logins that may fail over one connection.
        max_sessions: operators at a time.
        idle_s: seconds after which one who does nothing is sent away.
        audit: file to which everything typed is added.
        unsafe: whether operators may run raw Python in the server.
    """

    port: int = 0
    interface: str = "127.0.0.1"
    authorized_keys: str = ""
    host_key: str = "var/ssh_host_ed25519"
    login_timeout_s: float = 30.0
    attempts: int = 3
    max_sessions: int = 2
    idle_s: float = 600.0
    audit: str = "var/audit.log"
    unsafe: bool = False

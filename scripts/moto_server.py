"""moto's server on a loopback port, answering one request at a time.

moto undoes a refused DynamoDB transaction by putting back a copy of the whole table, which also undoes what another
request wrote meanwhile. DynamoDB isolates transactions; one request at a time does it here.
"""

import os
import sys
import threading

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple


def main(port: int) -> None:
    os.environ.setdefault("MOTO_PORT", str(port))
    moto = DomainDispatcherApplication(create_backend_app)
    turn = threading.Lock()

    def one_at_a_time(environ, start_response):
        with turn:
            return list(moto(environ, start_response))

    run_simple("127.0.0.1", port, one_at_a_time, threaded=True)


main(int(sys.argv[1]))

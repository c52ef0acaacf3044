"""The night of 20,000 alerts that most tests look at, with the run that writes it and the server beside it."""
from support import night
from support.browser import Browser
from support.program import Server, run


class World:
    """Made once for all tests."""

    def __init__(self):
        print(f"a night of {night.alerts:,} simulated alerts, and the run that takes it", flush=True)
        self.folder = night.fresh("night")
        before = night.simulated(f"ztf_public_{night.night_before}.tar.gz", 500, "--seed", 5)
        run("run", before, "--data", self.folder, "--filters", night.filters, "--allow-wide", "all", "--quiet")
        run("run", night.bad_packets(), "--data", self.folder, "--quiet", check=False)
        self.lsst = night.copy_of_lsst()
        self.run = self.server = self.browser = None
        try:
            self.run = night.LiveRun(self.folder)
            self.run.wait()
            self.server = Server(self.folder, self.lsst)
            self.browser = Browser(self.server.address)
        except BaseException:
            self.close()
            raise

    def close(self):
        for part in (self.browser, self.server, self.run):
            if part is not None:
                part.stop()

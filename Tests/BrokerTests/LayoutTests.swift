import Alerts
import Avro
import Broker
import DataLayout
import Query
import SQLite
import Pipeline
import TestSupport
import Testing

/// Data folders that an older Nightjar made.
@Suite struct LayoutTests {
    private let folder: RunFolder

    init() throws { folder = try RunFolder() }

    /// The tables of layout 2 as it made them, with what it let in.
    private static let layout2 = """
        CREATE VIEW mine AS SELECT objectId, jd FROM ztf_detections WHERE magpsf < 19;
        DROP TABLE ztf_detections; DROP TABLE ztf_forced; DROP TABLE lsst_detections;
        CREATE TABLE ztf_detections (
            objectId TEXT NOT NULL, jd REAL NOT NULL, fid INTEGER NOT NULL, candid INTEGER, isdiffpos TEXT, ra REAL,
            dec REAL, magpsf REAL, sigmapsf REAL, diffmaglim REAL, magzpsci REAL, magzpsciunc REAL, rb REAL, pid INTEGER,
            nid INTEGER, rcid INTEGER, field INTEGER, programid INTEGER, magap REAL, sigmagap REAL, distnr REAL,
            scorr REAL, PRIMARY KEY (objectId, jd, fid)) WITHOUT ROWID;
        INSERT INTO ztf_detections (objectId, jd, fid, candid, isdiffpos, ra, dec, magpsf, pid) VALUES
            ('a', 2460560.5, 1, 51, '1', 150, 91, 18.5, 5), ('a', 2460560.6, 1, 52, 'f', 150, 2, 18.6, 5),
            ('a', 2460560.7, 1, NULL, NULL, NULL, NULL, NULL, 5), ('a', 2460561.5, 2, NULL, NULL, NULL, NULL, NULL, 6),
            ('b', 2460561.5, 2, NULL, 'True', -1, 2, 19.5, NULL), ('b', 2460562.5, 2, NULL, NULL, NULL, NULL, NULL, NULL);
        CREATE TABLE ztf_forced (
            objectId TEXT NOT NULL, jd REAL NOT NULL, fid INTEGER NOT NULL, forcediffimflux REAL, procstatus TEXT,
            PRIMARY KEY (objectId, jd, fid)) WITHOUT ROWID;
        INSERT INTO ztf_forced VALUES ('a', 2460560.5, 1, -7.5, '0');
        CREATE TABLE lsst_detections (
            objectId INTEGER NOT NULL, diaSourceId INTEGER, midpointMjdTai REAL NOT NULL, band TEXT NOT NULL, ra REAL,
            psfFlux REAL, PRIMARY KEY (objectId, midpointMjdTai, band)) WITHOUT ROWID;
        INSERT INTO lsst_detections VALUES (7, 1, 61000, 'r', 361, 2.5), (7, NULL, 61001, 'r', 1, 3.5);
        UPDATE ztf_alerts SET isdiffpos = 'True', dec = 91;
        PRAGMA user_version = 2
        """

    @Test("a folder of layout 2 keeps every point under the keys of this one")
    func layout2() throws {
        try folder.write(OddPacket(candid: 1, objectId: "c").container(), to: "1.avro")
        try folder.run("1.avro")
        try folder.execute(Self.layout2)
        try folder.write(OddPacket(candid: 2, objectId: "c").container(), to: "2.avro")
        try folder.run("2.avro")
        let curve = """
            SELECT objectId, pid, candid, jd, fid, isdiffpos, ra, dec, magpsf, alert_candid, after_alert
            FROM ztf_detections WHERE objectId <> 'c'
            """
        // The made-up numbers are 2460562.5 * 864000 * 8 + 2 and the one a day before. The limit of exposure 5 gave way to its detections.
        #expect(
            try folder.query(curve) == [
                ["a", "5", "51", "2460560.5", "1", "t", "150.0", "-", "18.5", "-", "-"],
                ["a", "5", "52", "2460560.6", "1", "f", "150.0", "2.0", "18.6", "-", "-"],
                ["a", "6", "0", "2460561.5", "2", "-", "-", "-", "-", "-", "-"],
                ["b", "-17007408000002", "0", "2460562.5", "2", "-", "-", "-", "-", "-", "-"],
                ["b", "-17007401088002", "0", "2460561.5", "2", "t", "-", "2.0", "19.5", "-", "-"],
            ])
        #expect(
            try folder.query("SELECT objectId, jd, fid, forcediffimflux, procstatus, scisigpix FROM ztf_forced")
                == [["a", "2460560.5", "1", "-7.5", "0", "-"]])
        #expect(
            try folder.query("SELECT diaSourceId, midpointMjdTai, ra, psfFlux FROM lsst_detections ORDER BY 2")
                == [["1", "61000.0", "-", "2.5"], ["-2", "61001.0", "1.0", "3.5"]])
        #expect(
            try folder.query("SELECT candid, isdiffpos, ra, dec FROM ztf_alerts ORDER BY candid")
                == [["1", "t", "150.0", "-"], ["2", "t", "150.0", "2.0"]])
        #expect(try DataReader([folder.data]).cone(survey: .ztf, ra: 0, dec: 0, radius: 648_000).map(\.id) == [2])
        // A view of the user's still means the table.
        #expect(try folder.query("SELECT count(*) FROM mine WHERE objectId = 'a'") == [["2"]])
        #expect(try folder.query("PRAGMA user_version") == [["6"]])
        #expect(try folder.query("SELECT name FROM sqlite_schema WHERE name LIKE '%layout%'") == [])
    }

    @Test("a counter that is newer than the folder is 0 in existing rows, and is counted from then on")
    func newCounter() throws {
        try folder.write(OddPacket(candid: 1).container(), to: "1.avro")
        try folder.write(OddPacket(candid: 2).container(), to: "2.avro")
        try folder.run("1.avro")
        try folder.execute("ALTER TABLE ledger DROP COLUMN duplicates; ALTER TABLE ledger DROP COLUMN archived")
        let counters: [Counts.Counter] = [.received, .archived, .stored]
        let old = try #require(try DataReader([folder.data]).ledger().entries.map(\.row).first)
        #expect(counters.map { old[$0] } == [1, 0, 1])
        try folder.run("2.avro")
        #expect(
            try DataReader([folder.data]).ledger().entries.map(\.row).map { row in counters.map { row[$0] } } == [
                [1, 0, 1], [1, 1, 1],
            ])
    }

    @Test("an upgrade that fails leaves the folder as it was")
    func failing() throws {
        try folder.write(OddPacket(candid: 1).container(), to: "1.avro")
        try folder.run("1.avro")
        // A table of the user's stands where the old one is to be put aside.
        try folder.execute("\(Self.layout2); CREATE TABLE lsst_detections_of_layout_2 (mine)")
        #expect(throws: BrokerError.self) { try folder.run("1.avro") }
        #expect(try folder.query("SELECT count(*), count(candid) FROM ztf_detections") == [["6", "2"]])
        #expect(try folder.query("PRAGMA user_version") == [["2"]])
        try folder.execute("DROP TABLE lsst_detections_of_layout_2")
        #expect(try folder.run("1.avro")[.duplicates] == 1)
        #expect(try folder.query("PRAGMA user_version") == [["6"]])
    }
}

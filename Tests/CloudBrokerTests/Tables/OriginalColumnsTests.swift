import Alerts
import Avro
import CloudBroker
import BigQuery
import Simulator
import Testing

/// The table's columns, against the list of the original broker's table `ztf_alerts.alerts` (made in January 2021 from a
/// ZTF 3.3 packet; `fp_hists` came with 4.01).
struct OriginalColumnsTests {
    private let table: TableDefinition
    private let flat: TableDefinition
    /// Names of a record's fields in the schema's order, images included.
    private let order: (String) -> [String]

    init() throws {
        let packet = try SimulatedNight(alerts: 1, seed: 1, night: 20_240_915).packet(0)
        let schema = try ContainerReader(packet[...]).header.schema
        table = try AlertRows(writer: schema, survey: .ztf, table: .alerts).table
        flat = try AlertRows(writer: schema, survey: .ztf, table: .source).table
        let root = try #require(schema.root.record)
        order = { name in
            guard !name.isEmpty else { return root.fields.map(\.name) }
            let type = root.field(named: name)?.type
            guard case .array(let item)? = (type?.nullable?.value ?? type)?.kind else {
                return type?.record?.fields.map(\.name) ?? []
            }
            return item.record?.fields.map(\.name) ?? []
        }
    }

    private func expect(_ columns: [TableColumn], _ mode: ColumnMode, _ type: ColumnType, _ names: String) {
        for name in names.split(whereSeparator: { ", \n".contains($0) }) {
            let column = columns.first { $0.name == name }
            #expect(column?.mode == mode && column?.type == type, "\(name)")
        }
    }

    private static func count(_ lists: String...) -> Int {
        lists.reduce(0) { $0 + $1.split(whereSeparator: { ", \n".contains($0) }).count }
    }

    /// What the filter says stands last.
    private static let verdict = [
        "is_positive_sub", "no_pointsource_counterpart", "not_moving", "no_ssobject", "is_extragalactic_transient",
        "is_pure",
    ]

    @Test("the packet's columns, then ours") func top() throws {
        #expect(
            table.schema.columns.map(\.name) == [
                "schemavsn", "publisher", "objectId", "candid", "candidate", "prv_candidates", "fp_hists",
                "kafkaPublishTimestamp", "healpix9", "healpix19", "healpix29",
            ] + Self.verdict)
        expect(table.schema.columns, .required, .string, "schemavsn, publisher, objectId")
        expect(table.schema.columns, .required, .integer, "candid")
        expect(table.schema.columns, .required, .record, "candidate")
        expect(table.schema.columns, .repeated, .record, "prv_candidates, fp_hists")
        expect(table.schema.columns, .nullable, .timestamp, "kafkaPublishTimestamp")
        expect(table.schema.columns, .nullable, .integer, "healpix9, healpix19, healpix29")
        #expect(table.partitionColumn == "kafkaPublishTimestamp")
        #expect(table.clustering == ["objectId"])
        #expect(flat.clustering == ["objectId"])
    }

    @Test func candidate() throws {
        let columns = try #require(table.schema[path: "candidate"]).columns
        #expect(columns.map(\.name) == order("candidate"))
        let floats = "jd, ra, dec, magpsf, sigmapsf, ranr, decnr, jdstartref, jdendref"
        let integers = "fid, pid, programid, candid, ndethist, ncovhist, nmtchps, rfid, nframesref, nmatches"
        let strings = "isdiffpos, rbversion, drbversion"
        let nullableIntegers = """
            tblid, nid, rcid, field, nneg, nbad, tooflag, objectidps1, objectidps2, objectidps3
            """
        let nullableStrings = "pdiffimfilename, programpi, ssnamenr"
        let nullableFloats = """
            diffmaglim, xpos, ypos, chipsf, magap, sigmagap, distnr, magnr, sigmagnr, chinr, sharpnr, sky, magdiff, fwhm,
            classtar, mindtoedge, magfromlim, seeratio, aimage, bimage, aimagerat, bimagerat, elong, rb, ssdistnr, ssmagnr,
            sumrat, magapbig, sigmagapbig, sgmag1, sgmag2, sgmag3, srmag1, srmag2, srmag3, simag1, simag2, simag3, szmag1,
            szmag2, szmag3, sgscore1, sgscore2, sgscore3, distpsnr1, distpsnr2, distpsnr3, jdstarthist, jdendhist, scorr,
            dsnrms, ssnrms, dsdiff, magzpsci, magzpsciunc, magzpscirms, clrcoeff, clrcounc, zpclrcov, zpmed, clrmed, clrrms,
            neargaia, neargaiabright, maggaia, maggaiabright, exptime, drb
            """
        expect(columns, .required, .float, floats)
        expect(columns, .required, .integer, integers)
        expect(columns, .required, .string, strings)
        expect(columns, .nullable, .integer, nullableIntegers)
        expect(columns, .nullable, .string, nullableStrings)
        expect(columns, .nullable, .float, nullableFloats)
        #expect(
            columns.count
                == Self.count(floats, integers, strings, nullableIntegers, nullableStrings, nullableFloats))
    }

    @Test func history() throws {
        let columns = try #require(table.schema[path: "prv_candidates"]).columns
        #expect(columns.map(\.name) == order("prv_candidates"))
        let nullableIntegers = "candid, tblid, nid, rcid, field, nneg, nbad"
        let nullableStrings = "isdiffpos, pdiffimfilename, programpi, ssnamenr"
        let nullableFloats = """
            ra, dec, magpsf, sigmapsf, ranr, decnr, diffmaglim, xpos, ypos, chipsf, magap, sigmagap, distnr, magnr,
            sigmagnr, chinr, sharpnr, sky, magdiff, fwhm, classtar, mindtoedge, magfromlim, seeratio, aimage, bimage,
            aimagerat, bimagerat, elong, rb, ssdistnr, ssmagnr, sumrat, magapbig, sigmagapbig, scorr, magzpsci,
            magzpsciunc, magzpscirms, clrcoeff, clrcounc
            """
        expect(columns, .required, .float, "jd")
        expect(columns, .required, .integer, "fid, pid, programid")
        expect(columns, .required, .string, "rbversion")
        expect(columns, .nullable, .integer, nullableIntegers)
        expect(columns, .nullable, .string, nullableStrings)
        expect(columns, .nullable, .float, nullableFloats)
        #expect(columns.count == 5 + Self.count(nullableIntegers, nullableStrings, nullableFloats))
    }

    @Test func forcedPhotometry() throws {
        let columns = try #require(table.schema[path: "fp_hists"]).columns
        #expect(columns.map(\.name) == order("fp_hists"))
        let nullableFloats = """
            sciinpseeing, scibckgnd, scisigpix, magzpsci, magzpsciunc, magzpscirms, clrcoeff, clrcounc, exptime,
            adpctdif1, adpctdif2, diffmaglim, forcediffimflux, forcediffimfluxunc, distnr, magnr, sigmagnr, chinr, sharpnr
            """
        expect(columns, .required, .integer, "fid, pid, rfid, programid")
        expect(columns, .required, .float, "jd, ranr, decnr")
        expect(columns, .nullable, .integer, "field, rcid")
        expect(columns, .nullable, .string, "procstatus")
        expect(columns, .nullable, .float, nullableFloats)
        #expect(columns.count == 10 + Self.count(nullableFloats))
    }

    @Test("DIASource: the top, the candidate's columns but its candid, the ids of the history") func source() throws {
        let candidate = order("candidate").filter { $0 != "candid" }
        #expect(
            flat.schema.columns.map(\.name) == ["schemavsn", "publisher", "objectId", "candid"] + candidate + [
                "prv_candidates_candids", "kafkaPublishTimestamp", "healpix9", "healpix19", "healpix29",
            ] + Self.verdict)
        for name in candidate {
            let nested = try #require(table.schema[path: "candidate." + name])
            #expect(flat.schema[path: name] == nested)
        }
        #expect(flat.schema[path: "prv_candidates_candids"]?.type == .string)
    }
}

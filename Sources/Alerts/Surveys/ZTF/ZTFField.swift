/// The fields of a ZTF packet that an ``Alert`` is made of, each with its path in the packet.
///
/// Their order is the order of the projection's columns, so a raw value is a column's number.
enum ZTFField: Int, CaseIterable {
    case objectId, candid, jd, fid, ra, dec, magpsf, sigmapsf, isdiffpos, magzpsci, rb, drb, nbad, fwhm, elong, magdiff
    case distpsnr1, sgscore1, ssdistnr, ssmagnr, ssnamenr
    case cutoutScience, cutoutTemplate, cutoutDifference

    var path: String {
        switch self {
        case .objectId: "objectId"
        case .candid: "candid"
        case .cutoutScience: "cutoutScience.stampData"
        case .cutoutTemplate: "cutoutTemplate.stampData"
        case .cutoutDifference: "cutoutDifference.stampData"
        default: "candidate.\(self)"
        }
    }
}

/// The fields kept of each entry of `prv_candidates`, in the order of its columns, with their kinds.
enum ZTFHistoryField: Int, HistoryField {
    case jd, fid, candid, isdiffpos, ra, dec, magpsf, sigmapsf, diffmaglim, magzpsci, magzpsciunc, rb
    case pid, nid, rcid, field, programid, magap, sigmagap, distnr, scorr

    static let list = "prv_candidates"

    var kind: AlertColumn.Kind {
        switch self {
        case .fid, .candid, .pid, .nid, .rcid, .field, .programid: .integer
        case .isdiffpos: .text
        default: .real
        }
    }
}

/// The fields kept of each entry of `fp_hists`, in the order of its columns, with their kinds.
enum ZTFForcedField: Int, HistoryField {
    case jd, fid, forcediffimflux, forcediffimfluxunc, magzpsci, magzpsciunc, diffmaglim, procstatus
    case pid, rcid, field, programid, exptime, sciinpseeing, adpctdif1, adpctdif2, scisigpix

    static let list = "fp_hists"

    var kind: AlertColumn.Kind {
        switch self {
        case .fid, .pid, .rcid, .field, .programid: .integer
        case .procstatus: .text
        default: .real
        }
    }
}

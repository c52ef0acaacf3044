package import DataLayout
internal import Foundation
internal import Glibc

extension NightReceipt {
    /// The largest file that is read as a receipt, bytes.
    private static let largestFile = 64 << 20

    /// The forms in which a receipt is written.
    package enum Form: String, CaseIterable, Sendable {
        case markdown = "md"
        case html
        case json
    }

    /// The receipt in a form.
    package func text(_ form: Form) throws(BrokerError) -> String {
        switch form {
        case .markdown: markdown
        case .html: html
        case .json: try json
        }
    }

    /// Its file in a folder of nights.
    package static func path(
        in folder: String, survey: String, night: Int, edition: Int, _ form: Form
    ) -> String { "\(folder)/\(survey)-\(night).receipt-\(edition).\(form.rawValue)" }

    /// Writes it in all forms, `SURVEY-NIGHT.receipt-EDITION.json`, `.md` and `.html`, each whole or not at all. An edition that
    /// is there already stays as it is.
    ///
    /// - Parameter folder: The folder of the nights, which is made where it is missing.
    /// - Returns: The path of the JSON file.
    /// - Throws: ``DataLayout/BrokerError`` where it cannot be written.
    @discardableResult
    package func write(to folder: String) throws(BrokerError) -> String {
        try FolderMaking.make(folder, failing: .cannotCreate)
        let path = { Self.path(in: folder, survey: survey, night: night, edition: edition, $0) }
        // The last form to be written: where it is, all are.
        guard access(path(.json), F_OK) != 0 else { return path(.json) }
        for form in Form.allCases {
            let path = path(form)
            try WholeFile.write(Array(text(form).utf8), to: path, by: path + ".part", isSynced: true)
        }
        return path(.json)
    }

    /// The editions of a night's receipt that are there, ascending.
    package static func editions(survey: String, night: Int, in folder: String) -> [Int] {
        let (prefix, suffix) = ("\(survey)-\(night).receipt-", ".json")
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).compactMap { name in
            guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
            return Int(name.dropFirst(prefix.count).dropLast(suffix.count))
        }.sorted()
    }

    /// The editions of all nights' receipts of a survey that are there, each ascending, by night.
    package static func editions(of survey: String, in folder: String) -> [Int: [Int]] {
        var found: [Int: [Int]] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            guard name.hasPrefix("\(survey)-"), name.hasSuffix(".json") else { continue }
            let words = name.dropFirst(survey.count + 1).dropLast(".json".count).split(separator: ".")
            guard words.count == 2, let night = Int(words[0]), words[1].hasPrefix("receipt-"),
                let edition = Int(words[1].dropFirst("receipt-".count))
            else { continue }
            found[night, default: []].append(edition)
        }
        return found.mapValues { $0.sorted() }
    }

    /// Reads an edition.
    ///
    /// - Parameters:
    ///   - edition: Its number.
    ///   - survey: The survey's name.
    ///   - night: YYYYMMDD.
    ///   - folder: The folder of the nights.
    /// - Returns: The receipt.
    /// - Throws: ``DataLayout/BrokerError`` where the edition is missing or damaged.
    package static func read(
        edition: Int, survey: String, night: Int, in folder: String
    ) throws(BrokerError) -> NightReceipt {
        let path = path(in: folder, survey: survey, night: night, edition: edition, .json)
        guard RegularFile.exists(path) else {
            throw BrokerError(
                .cannotOpen, path: path, detail: "there is no such receipt; without --edition the last one is shown")
        }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            guard data.count <= largestFile else {
                throw BrokerError(.cannotRead, path: path, detail: "\(data.count) bytes are no receipt")
            }
            return try decoder.decode(NightReceipt.self, from: data)
        } catch let error as BrokerError { throw error } catch {
            throw BrokerError(
                .cannotRead, path: path,
                detail: "this is no receipt, or a damaged one; its forms .md and .html have the same content")
        }
    }

    /// One object, its members in the order of their names.
    package var json: String {
        get throws(BrokerError) {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
            encoder.dateEncodingStrategy = .iso8601
            do { return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n" } catch {
                throw BrokerError(.cannotWrite, path: "", detail: "the receipt has a number that JSON cannot hold")
            }
        }
    }
}

import Catalogues
import Foundation
import Sky
import TestSupport
import Testing

/// Catalogues' files that change while they are mapped.
@Suite struct MappedFileTests {
    /// A catalogue of one source.
    private static func add(_ ra: Int, _ folder: TemporaryFolder) throws -> String {
        try folder.write(Array("ra,dec\n\(ra),2\n".utf8), to: "table.csv")
        let path = CatalogueFolder.file("mine", in: folder.path)
        _ = try CatalogueBuilder.build("mine", from: folder.file("table.csv"), to: path, .init())
        return path
    }

    private static func finds(_ catalogue: Catalogue, _ ra: Double) -> Bool {
        !catalogue.matches(SkyPosition(ra: ra, dec: 2)).isEmpty
    }

    @Test("a catalogue that is replaced stays as it was for who has it") func replaced() throws {
        let folder = try TemporaryFolder()
        let old = try Catalogue(path: Self.add(1, folder))
        let new = try Catalogue(path: Self.add(3, folder))
        #expect(Self.finds(old, 1) && !Self.finds(old, 3) && Self.finds(new, 3) && !Self.finds(new, 1))
    }

    @Test("a file that is cut while it is read ends the process with its name") func cut() async throws {
        let result = await #expect(processExitsWith: .exitCode(1), observing: [\.standardErrorContent]) {
            let folder = try TemporaryFolder()
            let path = try Self.add(1, folder)
            // The first is let go of before.
            #expect(Self.finds(try Catalogue(path: path), 1))
            let catalogue = try Catalogue(path: path)
            #expect(truncate(path, 100) == 0)
            _ = Self.finds(catalogue, 1)
        }
        let said = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(said.contains("/mine.catalogue: this catalogue was cut"), "\(said)")
    }

    @Test("a signal of the kind that somebody sends is handled as before") func sent() async {
        await #expect(processExitsWith: .signal(SIGBUS)) {
            let folder = try TemporaryFolder()
            let catalogue = try Catalogue(path: Self.add(1, folder))
            raise(SIGBUS)
            _ = catalogue.count
        }
    }
}

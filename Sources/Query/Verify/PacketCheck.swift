internal import Alerts
internal import DataLayout
internal import Hashing
internal import SQLite

/// Gives back every packet of a folder as it was received, and compares what the index says of it.
struct PacketCheck {
    private let folder: OpenFolder
    /// Packets that are as they were received.
    private(set) var count = 0
    /// The others.
    private(set) var damages = DamageList()

    init(_ folder: OpenFolder) { self.folder = folder }

    /// Reads all archived alerts by id, and all dead letters.
    mutating func run(isStopped: () -> Bool) throws(BrokerError) {
        do throws(SQLiteError) {
            let query = try folder.database.prepare("SELECT survey, id FROM archive")
            while try query.step(), !isStopped() {
                guard let survey = query.text(0).flatMap({ Survey.named($0) }) else { continue }
                if let damage = self.damage(of: query.integer(1), of: survey) {
                    damages.add(damage)
                } else {
                    count += 1
                }
            }
        } catch { throw BrokerError(error) }
        let letters = try DeadLetter.list(in: folder.database)
        let packets = DeadLetterPackets(folder)
        for letter in letters where !isStopped() {
            let detail: String
            do throws(BrokerError) {
                let packet = try packets.packet(letter.id)
                // Of one that was too large only the beginning was kept, and its digest is of that.
                guard Digest.hexadecimal(Digest.sha256(packet)) != letter.sha256 else {
                    count += 1
                    continue
                }
                detail = "dead letter \(letter.id) has another SHA-256 than when it was kept"
            } catch { detail = error.detail }
            damages.add(FolderDamage(.record, path: Topic.deadLetters.folder, detail: detail))
        }
    }

    private func damage(of id: Int64, of survey: Survey) -> FolderDamage? {
        do throws(BrokerError) {
            let alert = try folder.alert(id, of: survey)
            _ = try alert.received()
            return nil
        } catch { return FolderDamage(.record, path: error.path, detail: error.detail) }
    }
}

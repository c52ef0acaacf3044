internal import Alerts
internal import Configuration
internal import DataLayout
internal import Foundation
internal import Kafka

/// What `config check` says of a configuration for `night conduct`: also what its servers have.
enum ConductCheck {
    /// Checks the section `night`, where the file has one, and the files of the surveys that it names.
    ///
    /// - Throws: ``Configuration/ConfigurationError`` with the key that names what is not there.
    static func check(_ configuration: Configuration) throws {
        guard configuration.settings.keys.contains(where: { $0.hasPrefix("night.") }) else { return }
        let surveys = configuration.list("night.surveys") ?? []
        for file in surveys {
            do { try check(survey: ConfigurationFile.read(file)) } catch let error as ConfigurationError {
                throw configuration.error("night.surveys", "\(error)")
            } catch let error as FileError {
                throw configuration.error("night.surveys", "\(error)")
            }
        }
        if surveys.isEmpty { try check(survey: configuration) }
    }

    private static func check(survey configuration: Configuration) throws {
        let sources = SettingSources(
            line: try CommandLineArguments([], options: NightConductCommand.declarations), environment: [:],
            files: [configuration])
        let survey: ConductedSurvey
        do { survey = try ConductedSurvey(Arguments(NightConductCommand.self, sources), files: []) } catch let error
            as UsageError
        {
            throw configuration.error("night", "\(error)")
        }
        do throws(BrokerError) { try survey.checkFolder() } catch { throw configuration.error("data", "\(error)") }
        do throws(KafkaError) { try survey.checkStream() } catch {
            guard error.recovery == .retry else {
                throw configuration.error(error.code == .authorization ? "kafka.group" : "sources", error.detail)
            }
            Terminal.info("\(configuration.file): topic and group are not checked: \(error.detail)")
        }
    }
}

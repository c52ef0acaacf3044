import Alerts
import CloudBroker
import Pipeline
import Testing

/// The names are those of the original broker's setup script, early 2021.
@Suite struct CloudNamesTests {
    @Test("production has the original broker's names") func production() throws {
        let names = try CloudNames(project: "ardent", survey: .ztf)
        #expect(
            CloudNames.Stream.allCases.map { names.topic($0) } == [
                "ztf_alert_data", "ztf_alert_avro_bucket", "ztf_exgalac_trans", "ztf_salt2", "ztf_dead_letters",
            ])
        #expect(names.counter(.salt2) == "ztf_salt2-counter")
        #expect(names.archiveBucket == "ardent_ztf_alert_avro_bucket")
        #expect(names.plotBucket == "ardent_ztf-sncosmo")
        #expect(names.filesBucket == "ardent-broker_files")
        #expect(names.dataset == "ztf_alerts")
        #expect(CloudNames.plot(123) == "salt2/plot_lc/candid_123.png")
    }

    @Test("a test set's id is in every name") func test() throws {
        let names = try CloudNames(project: "ardent", survey: .lsst, testID: "night2")
        #expect(names.topic(.alertData) == "lsst_alert_data-night2")
        #expect(names.counter(.alertData) == "lsst_alert_data-counter-night2")
        #expect(names.subscription(.salt2) == "lsst_exgalac_trans-salt2-night2")
        #expect(names.subscription(.archive) == "lsst_alert_data-archive-night2")
        #expect(names.archiveBucket == "ardent_lsst_alert_avro_bucket-night2")
        #expect(names.filesBucket == "ardent-broker_files-night2")
        #expect(names.dataset == "lsst_alerts_night2")
    }

    @Test("a filter's stream is called as the others, and a topic's name says of which set it is") func filters() throws
    {
        let young = CloudNames.Stream(.filter("young"))
        #expect(young.isForEverybody && !CloudNames.Stream.allCases.contains(young))
        for id in [nil, "night2"] {
            let names = try CloudNames(project: "ardent", survey: .lsst, testID: id)
            #expect(names.topic(young) == "lsst_young" + (id.map { "-\($0)" } ?? ""))
            let topic = names.topic(.exgalacTrans)
            #expect(CloudNames(of: .exgalacTrans, topic: topic, project: "ardent") == names)
            #expect(names.filterStream(of: names.topic(young)) == young)
            for other in ["lsst_young-t2", "ztf_young", "lsst_", topic, names.topic(.deadLetters)] {
                #expect(names.filterStream(of: other) == nil, "\(other)")
            }
        }
        #expect(try CloudNames(project: "p", survey: .ztf).counter(young) == "ztf_young-counter")
        for topic in [
            "exgalac_trans", "ztf_exgalac_transients", "ztf_exgalac_trans-", "ztf_exgalac_trans-A", "ztf_salt2",
        ] {
            #expect(CloudNames(of: .exgalacTrans, topic: topic, project: "ardent") == nil, "\(topic)")
        }
    }

    @Test(
        "refuses ids that names cannot carry",
        arguments: ["", "2night", "Night", "a-b", "a_b", String(repeating: "a", count: 21), "é"])
    func refuses(id: String) {
        #expect(throws: CloudNames.InvalidTestID.self) {
            try CloudNames(project: "ardent", survey: .ztf, testID: id)
        }
    }
}

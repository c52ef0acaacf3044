import CloudControl
import GoogleAuth
import LoopbackServer
import TestServers

/// A server of its own, and its clients.
struct ControlFixture {
    static let skipped = "the package google-api-python-client, which has Google's descriptions, cannot be installed"
    static var isThere: Bool { PythonEnvironment.google.isThere }

    let server: ControlServer
    let compute: ComputeClient
    let run: CloudRunClient
    let monitoring: MonitoringClient
    let policies: TopicPolicyClient
    let machine = MachineIdentity(project: "night", zone: "us-central1-a", name: "consumer-1")
    let service = CloudRunService.Name(project: "night", region: "us-central1", service: "ztf-archive")

    init(limit: Duration = .seconds(60)) throws {
        guard let packages = PythonEnvironment.google.packages else { throw PythonEnvironment.Missing() }
        server = try ControlServer(packages: packages)
        var patience = OperationPatience()
        patience.firstPause = .milliseconds(1)
        patience.mostPause = .milliseconds(20)
        patience.limit = limit
        let retries = RetryPolicy(
            codes: [.deadlineExceeded, .resourceExhausted, .internal, .unavailable], firstWait: .milliseconds(1),
            mostWait: .milliseconds(20), mostTime: .seconds(60))
        let address = server.address
        compute = ComputeClient(credentials: .none, endpoint: address, retries: retries, patience: patience)
        run = CloudRunClient(credentials: .none, endpoint: address, retries: retries, patience: patience)
        monitoring = MonitoringClient(credentials: .none, endpoint: address, retries: retries)
        policies = TopicPolicyClient(credentials: .none, endpoint: address, retries: retries)
    }
}

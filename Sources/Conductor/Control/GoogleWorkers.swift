package import CloudBroker
package import CloudControl
package import Foundation
package import GoogleAuth
package import PubSub

/// The broker on Google Cloud: consumers and perhaps stages on virtual machines, stages on Cloud Run.
///
/// In the evening the counting subscriptions are cleared, the stages are made ready, and the consumers are given the topic and
/// started. In the morning the consumers stop first; the stages come down once nothing is left for them.
package struct GoogleWorkers: WorkerControl {
    /// What there is of a survey's broker, and where.
    package struct Place: Sendable {
        /// The set's names.
        package var names: CloudNames
        /// Where the services of Cloud Run are, such as `us-central1`.
        package var region: String
        /// Where the machines are, such as `us-central1-a`.
        package var zone: String
        /// Machines that read the survey's Kafka. None may belong to an instance group, which starts again what is stopped.
        package var consumers: [String]
        /// Stages that are services of Cloud Run.
        package var services = CloudNames.StageName.allCases
        /// Machines of other stages.
        package var stageMachines: [String] = []
        /// Instances that each service keeps during a night.
        package var instances = 1

        /// A survey's broker, whose stages are all on Cloud Run.
        package init(names: CloudNames, region: String, zone: String, consumers: [String]) {
            self.names = names
            self.region = region
            self.zone = zone
            self.consumers = consumers
        }
    }

    /// Whom it asks.
    package struct Clients: Sendable {
        let compute: ComputeClient
        let run: CloudRunClient
        let monitoring: MonitoringClient
        let pubSub: PubSubClient

        /// These clients.
        package init(
            compute: ComputeClient, run: CloudRunClient, monitoring: MonitoringClient, pubSub: PubSubClient
        ) {
            self.compute = compute
            self.run = run
            self.monitoring = monitoring
            self.pubSub = pubSub
        }

        /// The services, or the emulators that the environment names.
        ///
        /// - Parameter environment: The process's environment.
        /// - Throws: ``GoogleCloudError`` where there are no credentials.
        package init(
            environment: [String: String] = ProcessInfo.processInfo.environment
        ) throws(GoogleCloudError) {
            self.init(
                compute: try ComputeClient(environment: environment), run: try CloudRunClient(environment: environment),
                monitoring: try MonitoringClient(environment: environment),
                pubSub: try PubSubClient(environment: environment))
        }
    }

    /// The metadata of a consumer, with the names that the original broker's consumer reads.
    static let topicKey = "KAFKA_TOPIC"
    static let streamKey = "PS_TOPIC"

    /// A consumer that stopped less long ago goes on with the same night: its counters are not cleared.
    private static let sameNight: TimeInterval = 4 * 3_600  // s

    let place: Place
    let clients: Clients
    let now: @Sendable () -> Date

    /// The broker of a place.
    ///
    /// - Parameters:
    ///   - place: What there is.
    ///   - clients: Whom to ask.
    ///   - now: The present.
    package init(_ place: Place, _ clients: Clients, now: @escaping @Sendable () -> Date = { Date() }) {
        self.place = place
        self.clients = clients
        self.now = now
    }

    func identity(_ machine: String) -> MachineIdentity {
        MachineIdentity(project: place.names.project, zone: place.zone, name: machine)
    }

    func service(_ stage: CloudNames.StageName) -> CloudRunService.Name {
        CloudRunService.Name(
            project: place.names.project, region: place.region, service: place.names.service(stage))
    }

    // MARK: - Evening

    /// Clears the counters, makes the stages ready, and starts the consumers.
    ///
    /// The counters are cleared in the evening alone: not where a consumer runs, or has stopped within four hours, as where one
    /// ended by itself or late alerts reopen a night.
    /// - Throws: ``ControlError``, with what is to be done.
    package func start(topic: String?) throws {
        if let topic { try ControlError.check(topic: topic) }
        let consumers = try place.consumers.map { (name: $0, machine: try machine($0)) }
        if let name = consumers.first(where: \.machine.isStopping)?.name {
            throw ControlError(
                "start instance \(name)", detail: "it is still stopping", nextStep: "start again in a minute")
        }
        let isNewNight = consumers.allSatisfy { _, machine in
            machine.isStopped && machine.lastStop.map { now().timeIntervalSince($0) > Self.sameNight } ?? true
        }
        if isNewNight { try clearCounters() }
        for name in place.stageMachines where try machine(name).isStopped {
            try attempt("start instance \(name)", .machines) { () throws(GoogleCloudError) in
                try clients.compute.start(identity(name))
            }
        }
        for stage in place.services { try keep(place.instances, of: stage) }
        for (name, machine) in consumers { try start(name, machine, topic: topic) }
    }

    private func clearCounters() throws(ControlError) {
        let seconds = now().timeIntervalSince1970
        let time = ProtobufTimestamp(
            seconds: Int64(seconds.rounded(.down)),
            nanoseconds: Int32((seconds - seconds.rounded(.down)) * 1e9))
        for id in CloudNames.Stream.allCases.map(place.names.counter) + (try filterCounters()) {
            try attempt("clear the counter \(id)", .subscriptions) { () throws(GoogleCloudError) in
                try clients.pubSub.seek(SubscriptionName(project: place.names.project, id: id), to: time)
            }
        }
    }

    /// The counters of users' filters, which are there by what `setup` was told.
    private func filterCounters() throws(ControlError) -> [String] {
        let names = place.names
        let all = try attempt("list the subscriptions", .subscriptions) { () throws(GoogleCloudError) in
            try clients.pubSub.list(PubSub.Subscription.self, in: names.project)
        }
        func last(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }
        return all.compactMap { subscription in
            let counter = names.filterStream(of: last(subscription.topic)).map { names.counter($0) }
            return last(subscription.name) == counter ? counter : nil
        }
    }

    private func start(_ name: String, _ machine: VirtualMachine, topic: String?) throws(ControlError) {
        let wanted: [String: String?] = [
            Self.topicKey: topic, Self.streamKey: place.names.topic(.alertData),
        ]
        let isAsWanted = wanted.allSatisfy { machine.metadata[$0.key] == $0.value }
        guard machine.isStopped || !isAsWanted else { return }
        try attempt("start instance \(name)", .machines) { () throws(GoogleCloudError) in
            // One that still reads the topic of a night before reads its metadata when it boots.
            if !machine.isStopped { try clients.compute.stop(identity(name)) }
            try clients.compute.setMetadata(wanted, of: identity(name))
            try clients.compute.start(identity(name))
        }
    }

    // MARK: - Morning

    /// Stops the consumers, and then, by this call or a later one, the stages, once nothing is left for them.
    ///
    /// - Throws: ``ControlError``, with what is to be done; also while something is left for the stages.
    package func stop() throws {
        for name in place.consumers where try !machine(name).isStopped {
            try attempt("stop instance \(name)", .machines) { () throws(GoogleCloudError) in
                try clients.compute.stop(identity(name))
            }
        }
        for name in place.consumers {
            try attempt("clear the topic of instance \(name)", .machines) { () throws(GoogleCloudError) in
                _ = try clients.compute.setMetadata([Self.topicKey: nil, Self.streamKey: nil], of: identity(name))
            }
        }
        let consumers = try place.consumers.map(machine)
        let left = try backlog(since: consumers)
        guard consumers.allSatisfy(\.isStopped), left.isEmpty else {
            throw ControlError(
                "stop the stages", detail: "they wait for \(left.joined(separator: ", "))",
                nextStep: "it is asked again until nothing is left")
        }
        for name in place.stageMachines where try !machine(name).isStopped {
            try attempt("stop instance \(name)", .machines) { () throws(GoogleCloudError) in
                try clients.compute.stop(identity(name))
            }
        }
        for stage in place.services { try keep(0, of: stage) }
    }

    /// Has the machine that this process runs on stop itself: a conductor's last act of a night.
    ///
    /// - Parameter environment: The process's environment.
    /// - Throws: ``ControlError``, also where this is no machine of Google Cloud.
    package static func stopOwnMachine(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(ControlError) {
        try Self.attempt("stop this machine", .machines) { () throws(GoogleCloudError) in
            let own = try MachineIdentity.find(environment: environment)
            try ComputeClient(environment: environment).stop(own, waits: false)
        }
    }

    // MARK: - At any time

    /// Reboots a consumer, or creates a new revision of a stage, whose instances replace those that hang.
    ///
    /// - Throws: ``ControlError``, also where no worker is so called.
    package func replace(_ worker: String) throws {
        if (place.consumers + place.stageMachines).contains(worker) {
            return try attempt("reset instance \(worker)", .machines) { () throws(GoogleCloudError) in
                try clients.compute.reset(identity(worker))
            }
        }
        guard let stage = place.services.first(where: { service($0).service == worker }) else {
            let names = place.consumers + place.stageMachines + place.services.map { service($0).service }
            throw ControlError(
                "replace \(worker)", detail: "the workers are \(names.joined(separator: ", "))",
                nextStep: "name one of them")
        }
        try attempt("replace \(worker)", .services) { () throws(GoogleCloudError) in
            try clients.run.renew(service(stage))
        }
    }

    private func keep(_ instances: Int, of stage: CloudNames.StageName) throws(ControlError) {
        let name = service(stage)
        try attempt("keep \(instances) instances of \(name.service)", .services) { () throws(GoogleCloudError) in
            _ = try clients.run.keep(instances, of: name)
        }
    }

    func machine(_ name: String) throws(ControlError) -> VirtualMachine {
        try attempt("look at instance \(name)", .machines) { () throws(GoogleCloudError) in
            try clients.compute.machine(identity(name))
        }
    }
}

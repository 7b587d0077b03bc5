internal import CLinux
internal import Clients
internal import FlashSale
internal import HTTPTransport
internal import Host
internal import Proxy
internal import RedisDriver
internal import Services
internal import Strategies
internal import Synchronization

/// A service, in one instance or several, that is asked for each purchase.
final class BuyerService: AskedParticipants {
    /// A request may take as long as an execution does, in milliseconds.
    private static var requestMilliseconds: Int { 120_000 }
    private static var membersAreTrue: UInt64 { 1_000_000_000 }
    /// How long it is waited for one to end that listens no more, in nanoseconds.
    private static var longestDeath: UInt64 { 2_000_000_000 }

    /// What a request needs until its answer is here.
    private struct Asked {
        var client: HTTPClient
        var bytes: UnsafeMutableRawBufferPointer
    }

    private let settings: ProgramSettings
    private let service: ProgramSettings.Service
    private let names: PurchaseNames
    private let starting: ServiceStarting
    /// For each instance the slot of the proxy that it is told of.
    private let slots: [Int]
    private var instances: [ServiceProcess] = []
    private let loop: HTTPLoop
    private var asked: [Int: Asked] = [:]
    private var failed: [(purchase: Int, reply: Result<Reply, ConnectionError>)] = []
    /// Instances that were killed on purpose.
    private var killed: Set<Int> = []
    /// Instances that have left a request without an answer.
    private var silent: Set<Int> = []
    private var members: (processes: [[Int32]], at: UInt64)?

    /// Starts all instances.
    init(
        _ settings: ProgramSettings, _ service: ProgramSettings.Service, slots: [Int], names: PurchaseNames,
        starting: ServiceStarting
    ) throws(RunError) {
        self.settings = settings
        self.service = service
        self.slots = slots
        self.names = names
        self.starting = starting
        do throws(HTTPFailure) {
            loop = try HTTPLoop(clients: 8)
        } catch {
            throw RunError(.unavailable, "requests cannot be made: \(error.reason)")
        }
        for index in 0..<service.instances {
            instances.append(try starting.start(index, slot: slots[index]))
        }
    }

    deinit { stop() }

    /// Whether a file says how it is started.
    var isStartedByFile: Bool { service.start != nil }

    private func instance(of purchase: Int) -> Int { purchase % service.instances }

    func slot(of purchase: Int) -> Int { slots[instance(of: purchase)] }
    var beginOneByOne: Bool { true }
    var shareMemory: Bool { true }
    var endsWithPurchases: Bool { false }
    var descriptors: [Int32] { [loop.descriptor] }
    var nextTimer: UInt64? { failed.isEmpty ? loop.nextTimer : 0 }
    var lastWords: String {
        let lines = instances.flatMap { $0.log.lastLines }
        return lines.last.map { "; the last line of its output: \($0)" } ?? ""
    }

    func prepare(purchases: Int) throws(RunError) {}

    /// Where the instance is that a purchase asks.
    func url(of purchase: Int) -> String { instances[instance(of: purchase)].url }

    func ended() -> String? {
        for index in instances.indices where !killed.contains(index) {
            if let death = death(of: index) {
                return "instance \(index + 1) of the service ended with \(death)\(lastWords)"
            }
        }
        return nil
    }

    /// Whoever has left a request without an answer, and listens no more, is about to end.
    private func death(of index: Int) -> ServiceEnding? {
        let instance = instances[index]
        if silent.remove(index) != nil {
            let deadline = Clock.nanoseconds() + Self.longestDeath
            while instance.death == nil, !instance.listens, Clock.nanoseconds() < deadline {
                Clock.sleep(until: Clock.nanoseconds() + 1_000_000)
            }
        }
        return instance.death
    }

    func revive() throws(RunError) {
        for index in instances.indices where killed.contains(index) || death(of: index) != nil {
            try starting.restart(instances[index])
            members = nil
        }
        killed = []
    }

    // MARK: Asking

    func begin(_ purchase: Int) throws(RunError) {
        guard let request = service.request else {
            throw RunError(.bug, "a service was to be asked, and nobody has said for what")
        }
        let target = names.filled(ServiceAddress(request.url)?.target ?? "/", purchase: purchase)
        let headers = request.headers.map { names.filled($0, purchase: purchase) + "\r\n" }.joined()
        let block = "\(request.method) \(target)\r\n\(headers)\r\n" + names.filled(request.body, purchase: purchase)
        try ask(purchase, Array(block.utf8))
    }

    func ask(_ purchase: Int, _ question: [UInt8]) throws(RunError) {
        let block = Self.closing(question)
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: block.count, alignment: 1)
        bytes.copyBytes(from: block)
        do throws(HTTPFailure) {
            var endpoint = ServiceEndpoint(base: instances[instance(of: purchase)].url)
            endpoint.staysHere = true
            let client = try HTTPClient(to: endpoint, timeoutMilliseconds: Self.requestMilliseconds)
            client.number = purchase
            asked[purchase] = Asked(client: client, bytes: bytes)
            try loop.start(client, UnsafeRawBufferPointer(bytes))
        } catch {
            forget(purchase)
            silent.insert(instance(of: purchase))
            failed.append((purchase, .failure(ConnectionError(error))))
        }
    }

    /// The request with a header more: whoever serves one connection at a time is free for the next one.
    private static func closing(_ request: [UInt8]) -> [UInt8] {
        guard let end = request.firstIndex(of: 10) else { return request }
        return request[...end] + Array("Connection: close\r\n".utf8) + request[(end + 1)...]
    }

    private func forget(_ purchase: Int) {
        asked.removeValue(forKey: purchase)?.bytes.deallocate()
    }

    func answers(after steps: Int) throws(RunError) -> [(purchase: Int, answer: ProgramAnswer)] {
        try replies().map { purchase, reply in
            switch reply {
            case .success(let reply):
                let text = reply.element(2).map { reply.string(at: $0) } ?? ""
                return (purchase, ProgramAnswer(.status(reply.httpStatus ?? 0), text: text))
            case .failure(let error): return (purchase, ProgramAnswer(.none(error.description)))
            }
        }
    }

    func replies() throws(RunError) -> [(purchase: Int, reply: Result<Reply, ConnectionError>)] {
        var found = failed
        failed = []
        guard !asked.isEmpty else { return found }
        loop.wait(nanoseconds: 0)
        while let (client, result) = loop.nextDone() {
            let purchase = client.number
            do throws(HTTPFailure) {
                var reply = Reply()
                try client.take(result, into: &reply)
                found.append((purchase, .success(reply)))
            } catch {
                silent.insert(instance(of: purchase))
                found.append((purchase, .failure(ConnectionError(error))))
            }
            forget(purchase)
        }
        return found
    }

    /// Has the first instance put back what it keeps elsewhere.
    ///
    /// - Throws: 64 where it does not answer with a status of 2xx.
    func reset(_ request: ProgramSettings.Request, _ proxy: SteppedProxy) throws(RunError) {
        let headers = request.headers + ["Connection: close"]
        let target = ServiceAddress(request.url)?.target ?? request.url
        let block = "\(request.method) \(target)\r\n\(headers.map { $0 + "\r\n" }.joined())\r\n\(request.body)"
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: block.utf8.count, alignment: 1)
        bytes.copyBytes(from: block.utf8)
        defer { bytes.deallocate() }
        var reply = Reply()
        do throws(HTTPFailure) {
            var endpoint = ServiceEndpoint(base: instances[0].url)
            endpoint.staysHere = true
            let client = try HTTPClient(to: endpoint, timeoutMilliseconds: settings.thinkMilliseconds)
            try loop.start(client, UnsafeRawBufferPointer(bytes))
            var done: HTTPLoop.Done?
            while done == nil {
                do throws(RunError) {
                    try ProxyWaits.serve(proxy, also: [loop.descriptor], nanoseconds: 1_000_000)
                } catch {
                    loop.cancel(client)
                    throw HTTPFailure(.sent, error.message)
                }
                loop.wait(nanoseconds: 0)
                done = loop.nextDone()?.result
            }
            if let done { try client.take(done, into: &reply) }
        } catch {
            throw RunError(.usage, "--reset: \(request.method) \(request.url) had no answer: \(error.reason)")
        }
        guard let status = reply.httpStatus, 200...299 ~= status else {
            throw RunError(
                .usage,
                "--reset: \(request.method) \(request.url) was answered with \(reply.httpStatus ?? 0), and 2xx is wanted"
            )
        }
    }

    // MARK: Processes

    func processes(of purchase: Int?) -> [Int32] {
        let now = Clock.nanoseconds()
        if let members, now - members.at < Self.membersAreTrue { return pick(members.processes, purchase) }
        let all = instances.map { $0.members.map(\.process) }
        members = (all, now)
        return pick(all, purchase)
    }

    private func pick(_ processes: [[Int32]], _ purchase: Int?) -> [Int32] {
        purchase.map { processes[instance(of: $0)] } ?? processes.flatMap { $0 }
    }

    func endPurchases() -> Bool { asked.isEmpty && failed.isEmpty }

    func kill(_ purchase: Int) {
        let index = instance(of: purchase)
        cancel(asked.keys.filter { instance(of: $0) == index })
        failed.removeAll { instance(of: $0.purchase) == index }
        _ = instances[index].kill()
        killed.insert(index)
        members = nil
    }

    private func cancel(_ purchases: [Int]) {
        for purchase in purchases {
            guard let request = asked[purchase] else { continue }
            loop.cancel(request.client)
            forget(purchase)
        }
    }

    func startAgain(_ purchases: [Int]) throws(RunError) {
        cancel(purchases)
        for index in Set(purchases.map(instance)) {
            try starting.restart(instances[index])
            members = nil
        }
    }

    func stop() {
        cancel(Array(asked.keys))
        for instance in instances { instance.stop() }
    }
}

internal import CLinux
package import FlashSale
internal import Glibc
internal import HTTPTransport
internal import Host
internal import Strategies
internal import Synchronization

/// Starting, and waiting until it is open.
extension ServiceProcess {
    /// Why a service does not open.
    enum Trouble: Error {
        /// Somebody else was quicker.
        case portTaken(RunError)
        case other(RunError)

        var problem: RunError {
            switch self {
            case .portTaken(let problem), .other(let problem): problem
            }
        }
    }

    private static var pauseMilliseconds: Int { 10 }
    private static var longestAskMilliseconds: Int { 2000 }

    private func trouble(_ message: String) -> Trouble {
        .other(RunError(.unavailable, "the service did not open: \(message)\(log.lastWords)"))
    }

    /// Has the keeper start it, and waits until that is done.
    func tellToStart() throws(Trouble) {
        let failure = state.withLock { state -> Int32? in
            state.isDownOnPurpose = false
            state.ending = nil
            state.process = nil
            state.failure = nil
            state.keeper.start()
            let end = Clock.nanoseconds() + UInt64(Self.changeMilliseconds) * 1_000_000
            while state.process == nil, state.failure == nil, state.ending == nil, !state.keeper.hasEnded,
                Clock.nanoseconds() < end
            {
                state.listen(withinMilliseconds: 100)
            }
            if state.process != nil || state.ending != nil { return nil }
            return state.failure ?? ECHILD
        }
        guard let failure else { return }
        throw trouble("it cannot be started: \(String(cString: strerror(failure)))")
    }

    /// Waits until it is open: its own processes listen at the port, and `ready:` is answered with a status of 2xx.
    ///
    /// - Throws: ``RunError`` with 69 and the end of its output where it ends before, where another process has the port, and where it
    ///   is not open within ``ServiceSettings/readyMilliseconds``; with 130 for Ctrl-C.
    package func waitUntilReady() throws(RunError) {
        do throws(Trouble) { try awaitReady() } catch { throw error.problem }
    }

    func awaitReady() throws(Trouble) {
        let end = Clock.nanoseconds() + UInt64(settings.readyMilliseconds) * 1_000_000
        var last = "nothing of it listens at port \(port)"
        var strangers = 0
        while true {
            do throws(RunError) { try Interruption.check() } catch { throw .other(error) }
            if let death {
                // Most programs end where they cannot listen.
                guard ServicePort.listener(at: port, of: []) != .another else { throw strangerHasPort() }
                throw trouble("it ended with \(death)")
            }
            let members = members
            switch ServicePort.listener(at: port, of: members) {
            case .another:
                strangers += 1
                // A socket may change hands while we look.
                if strangers > 2 { throw strangerHasPort() }
            case .nobody:
                strangers = 0
                let places = ServicePort.places(of: members)
                last =
                    places.isEmpty
                    ? "nothing of it listens at port \(port)"
                    : "it listens at \(places.joined(separator: ", ")) and not at port \(port)"
            case .service, .unknown:
                strangers = 0
                guard let answer = ask() else { return }
                last = answer
            }
            guard Clock.nanoseconds() < end else {
                throw trouble("after \(settings.readyMilliseconds / 1000) seconds \(last)")
            }
            Clock.sleep(until: Clock.nanoseconds() + UInt64(Self.pauseMilliseconds) * 1_000_000)
        }
    }

    private func strangerHasPort() -> Trouble {
        .portTaken(
            RunError(
                .unavailable,
                "the service did not open: a process that does not belong to it listens at its port \(port). What start: starts has to "
                    + "listen itself, or what it has started: no container, and no service of the system's\(log.lastWords)"
            ))
    }

    /// Asks what `ready:` says.
    ///
    /// - Returns: what is not as it should be; nil where it is.
    private func ask() -> String? {
        guard let ready = settings.start.ready else { return nil }
        let words = "\(ready.method) \(ready.path)"
        var endpoint = ServiceEndpoint(base: url)
        endpoint.staysHere = true
        do throws(HTTPFailure) {
            let client = try HTTPClient(
                to: endpoint, timeoutMilliseconds: min(Self.longestAskMilliseconds, settings.readyMilliseconds))
            var reply = Reply()
            var failure: HTTPFailure?
            Array("\(words)\r\n\r\n".utf8).withUnsafeBytes { bytes in
                do throws(HTTPFailure) { try client.ask(bytes, into: &reply) } catch { failure = error }
            }
            if let failure { throw failure }
            guard let status = reply.httpStatus else { return "\(words) had no answer" }
            return 200...299 ~= status ? nil : "\(words) answered \(status)"
        } catch {
            return "\(words) had no answer: \(ForeignText.sentence(error.reason))"
        }
    }
}

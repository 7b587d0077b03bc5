/// Who may ask for what: pure, so that each rule can be tried without a browser.
///
/// A page of another site can make a browser ask this server, too, but it knows no token; and where its name was made to lead here
/// (DNS rebinding), it says so in `Host`.
struct LiveRules: Sendable {
    enum Answer: Sendable, Equatable {
        case page, style, script, events, metrics, stop
        case refused(status: Int, reason: String)
    }

    let token: LiveToken
    /// What `Host` may say, with the port.
    private let hosts: Set<String>

    /// - Parameters:
    ///   - host: the address that is served, without brackets.
    ///   - port: the one that was taken.
    init(token: LiveToken, host: String, port: Int) {
        self.token = token
        hosts = [LiveAddress.authority(host: host, port: port), "localhost:\(port)"]
    }

    /// - Parameters:
    ///   - path: as it was asked for, without its query.
    ///   - origin: the header, where it is there.
    func answer(method: String, path: String, host: String?, origin: String?) -> Answer {
        guard let host, hosts.contains(host.lowercased()) else {
            return .refused(status: 421, reason: "this server answers to its own address alone")
        }
        if let origin, origin.lowercased() != "http://\(host.lowercased())" {
            return .refused(status: 403, reason: "no page of another origin may ask")
        }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].isEmpty, token.isKnown(to: parts[1]) else {
            return .refused(
                status: 404, reason: "there is nothing here; the whole address stands on the run's standard error")
        }
        let isReading = method == "GET" || method == "HEAD"
        let answer: Answer
        switch parts[2] {
        case "": answer = .page
        case "live.css": answer = .style
        case "live.js": answer = .script
        case "events": answer = .events
        case "metrics": answer = .metrics
        case "stop":
            return method == "POST" ? .stop : .refused(status: 405, reason: "stopping takes a POST")
        default: return .refused(status: 404, reason: "there is nothing of this name")
        }
        return isReading ? answer : .refused(status: 405, reason: "this can only be read")
    }
}

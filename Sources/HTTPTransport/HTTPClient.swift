internal import CCurl
internal import Glibc
package import Strategies

/// One client of a service: it makes one request after another, on a connection that stays open (libcurl's easy handle).
///
/// It never repeats a request. libcurl does where a connection that it used again is closed before a byte of the answer
/// came, and then nobody knows whether the service has done it twice: the second try is refused, in ``beforeRequest()``.
package final class HTTPClient {
    /// The most bytes that an answer's headers, and its body, may have, unless its owner says otherwise.
    package static let answerLimit = 1 << 20

    /// The most bytes that the body of an answer may have.
    package var bodyLimit = HTTPClient.answerLimit
    /// The most seconds that a Retry-After is taken for: no run waits for the next day.
    package static let longestRetryAfter = 60

    /// Whether the answers' headers are wanted.
    package var readsHeaders = true
    /// Its owner's number for it.
    package var number = 0
    let handle: UnsafeMutableRawPointer
    private let base: [UInt8]
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    /// The head of the last request, so that the next one with the same head costs no list.
    private var head: [UInt8] = []
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var url: [UInt8] = []
    private var sendsBody = false
    /// Header lines of the answer, as they came.
    private var headerLines: [UInt8] = []
    private var body: [UInt8] = []
    /// The limit that an answer was beyond.
    private var brokenLimit: Int?
    /// Whether a request went out, and whether nothing of an answer has come since.
    private var wasSent = false
    private var awaitsAnswer = false
    private var wasRepeated = false
    private let staysHere: Bool
    /// Whether the next answer is to be thrown away at its first line, and its connection closed: then the service has answered, and
    /// its client does not know what.
    package var losesAnswer = false
    /// Whether the answer under way is that one.
    private var isLosing = false
    /// Whether that has happened to the last request.
    package private(set) var hasLostAnswer = false
    /// Where a redirect led that may not be followed.
    private var strangeAddress: String?
    /// The body of a request whose last byte is, or was, held back.
    var heldBody: HeldBody?
    let timeoutMilliseconds: Int
    /// Of the loop that it is one of; kept for as long as libcurl may close a connection of this client's.
    private var sockets: WatchedSockets?

    /// - Throws: ``HTTPFailure`` where there is no libcurl, or it has no memory, or does not know what is asked of it.
    package init(to endpoint: ServiceEndpoint, timeoutMilliseconds: Int) throws(HTTPFailure) {
        try Self.checkLibrary()
        _ = Self.library
        guard let handle = curl_easy_init() else { throw HTTPFailure(.notSent, "libcurl has no memory left") }
        self.handle = handle
        self.timeoutMilliseconds = timeoutMilliseconds
        base = Array(endpoint.base.utf8)
        staysHere = endpoint.staysHere
        let own = Unmanaged.passUnretained(self).toOpaque()
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_TIMEOUT_MS, timeoutMilliseconds)
        set(CURLOPT_CONNECTTIMEOUT_MS, timeoutMilliseconds)
        set(CURLOPT_TCP_NODELAY, 1)
        // Made anew for each request; malloc tidies up after each block that is as large as the usual one.
        set(CURLOPT_UPLOAD_BUFFERSIZE, 16 << 10)
        set(CURLOPT_FOLLOWLOCATION, endpoint.redirects > 0 ? 1 : 0)
        set(CURLOPT_MAXREDIRS, endpoint.redirects)
        set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
        // No proxy of the environment stands between the load and the service.
        stress_curl_set_text(handle, CURLOPT_PROXY, "")
        stress_curl_set_text(handle, CURLOPT_NOPROXY, "*")
        stress_curl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        stress_curl_set_text(handle, CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        if let certificates = endpoint.certificates { stress_curl_set_text(handle, CURLOPT_CAINFO, certificates) }
        errorText.pointee = 0
        stress_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText)
        stress_curl_set_pointer(handle, CURLOPT_WRITEDATA, own)
        stress_curl_set_pointer(handle, CURLOPT_HEADERDATA, own)
        stress_curl_set_pointer(handle, CURLOPT_PREREQDATA, own)
        stress_curl_set_pointer(handle, CURLOPT_PRIVATE, own)
        stress_curl_set_write(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, own in
            HTTPClient.of(own).take(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        stress_curl_set_write(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, own in
            HTTPClient.of(own).take(header: UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        stress_curl_set_before_request(handle) { own, address, _, _, _ in
            HTTPClient.of(own).beforeRequest(to: address)
        }
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(headerList)
        errorText.deallocate()
    }

    /// A binary that was packaged for other machines may find no libcurl on this one.
    ///
    /// - Throws: ``HTTPFailure`` with what to install.
    package static func checkLibrary() throws(HTTPFailure) {
        guard let reason = stress_curl_missing() else { return }
        throw HTTPFailure(.notSent, String(cString: reason))
    }

    /// Once a process, before any thread uses it.
    private static let library: Void = { _ = curl_global_init(Int(CURL_GLOBAL_ALL)) }()

    static func of(_ pointer: UnsafeMutableRawPointer?) -> HTTPClient {
        // libcurl hands back what it was given.
        Unmanaged<HTTPClient>.fromOpaque(pointer!).takeUnretainedValue()
    }

    static func owner(of handle: UnsafeMutableRawPointer) -> HTTPClient { of(stress_curl_get_private(handle)) }

    func set(_ option: CURLoption, _ value: Int) { stress_curl_set_long(handle, option, value) }

    // MARK: Asking

    /// Makes the request that a machine has written, and waits for the answer.
    ///
    /// - Parameters:
    ///   - request: it has to stay where it is until the answer is here.
    ///   - reply: gets the answer as `[status, [name, value, …], body]`.
    package func ask(_ request: UnsafeRawBufferPointer, into reply: inout Reply) throws(HTTPFailure) {
        try prepare(request)
        try finish(curl_easy_perform(handle), into: &reply)
    }

    /// Tells libcurl what to ask for.
    ///
    /// - Parameter holds: whether to hold the last byte of the body back.
    func prepare(_ request: UnsafeRawBufferPointer, holds: Bool = false) throws(HTTPFailure) {
        isLosing = losesAnswer
        losesAnswer = false
        hasLostAnswer = false
        guard let block = RequestBlock(request) else {
            throw HTTPFailure(.notSent, "the request has no end of its head")
        }
        headerLines.removeAll(keepingCapacity: true)
        body.removeAll(keepingCapacity: true)
        brokenLimit = nil
        wasSent = false
        awaitsAnswer = false
        wasRepeated = false
        strangeAddress = nil
        errorText.pointee = 0
        let headBytes = UnsafeRawBufferPointer(rebasing: request[0..<block.headers.upperBound])
        if !head.elementsEqual(headBytes) { setHead(block, of: request) }
        // libcurl takes a request for POST once it has a body, be it an empty one.
        guard sendsBody else { return }
        stress_curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(block.body.count))
        if holds, !block.body.isEmpty { return hold(UnsafeRawBufferPointer(rebasing: request[block.body])) }
        stress_curl_set_pointer(
            handle, CURLOPT_POSTFIELDS, block.body.isEmpty ? nil : request.baseAddress! + block.body.lowerBound)
    }

    /// Lets a loop know of the client's connections.
    func join(_ sockets: WatchedSockets) {
        guard self.sockets !== sockets else { return }
        self.sockets = sockets
        sockets.serve(self)
    }

    private func setHead(_ block: RequestBlock, of request: UnsafeRawBufferPointer) {
        head.removeAll(keepingCapacity: true)
        head.append(contentsOf: request[0..<block.headers.upperBound])
        let method = String(decoding: request[block.method], as: UTF8.self)
        url.removeAll(keepingCapacity: true)
        url.append(contentsOf: base)
        url.append(contentsOf: request[block.target])
        url.append(0)
        _ = url.withUnsafeBufferPointer { url in
            url.withMemoryRebound(to: CChar.self) { stress_curl_set_text(handle, CURLOPT_URL, $0.baseAddress) }
        }
        curl_slist_free_all(headerList)
        headerList = nil
        var hasType = false
        var isLast = false
        for line in String(decoding: request[block.headers], as: UTF8.self).split(separator: "\r\n") {
            headerList = curl_slist_append(headerList, String(line))
            let field = RequestField(line)
            if field.value(of: "content-type") != nil { hasType = true }
            if field.asksToClose { isLast = true }
        }
        // libcurl would keep the connection unless the answer says the same, and lose the next request on it.
        set(CURLOPT_FORBID_REUSE, isLast ? 1 : 0)
        // libcurl would wait for "100 Continue" before a larger body, and say of each body that it is a form.
        headerList = curl_slist_append(headerList, "Expect:")
        if !hasType { headerList = curl_slist_append(headerList, "Content-Type:") }
        stress_curl_set_list(handle, CURLOPT_HTTPHEADER, headerList)
        sendsBody = !block.body.isEmpty || !["GET", "HEAD"].contains(method)
        set(method == "HEAD" ? CURLOPT_NOBODY : sendsBody ? CURLOPT_POST : CURLOPT_HTTPGET, 1)
        stress_curl_set_text(handle, CURLOPT_CUSTOMREQUEST, sendsBody ? method : nil)
    }

    // MARK: Answers

    /// What came of a request.
    func finish(_ code: CURLcode, into reply: inout Reply) throws(HTTPFailure) {
        reply.reset()
        reply.retryAfterSeconds = 0
        defer { if heldBody != nil { forgetHeldBody() } }
        guard code == CURLE_OK else { throw failure(code) }
        var status = 0
        stress_curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        if !readsHeaders { headerLines.removeAll(keepingCapacity: true) }
        reply.fill(status: status, headerLines: &headerLines, body: body)
        if status >= 300 { reply.retryAfterSeconds = retryAfterSeconds }
    }

    /// What the answer's Retry-After says, be it a time or a date.
    private var retryAfterSeconds: Int {
        var seconds: curl_off_t = 0
        stress_curl_get_offset(handle, CURLINFO_RETRY_AFTER, &seconds)
        return min(max(0, Int(seconds)), Self.longestRetryAfter)
    }

    private func failure(_ code: CURLcode) -> HTTPFailure {
        if let brokenLimit {
            return HTTPFailure(.tooLarge, "the answer has more than \(brokenLimit) bytes")
        }
        if let strangeAddress {
            return HTTPFailure(
                wasSent ? .sent : .notSent,
                "it led to \(strangeAddress), which is not this machine; --allow-remote lets it")
        }
        if wasRepeated { return HTTPFailure(.sent, "the connection was closed before an answer came") }
        let words = String(cString: errorText.pointee == 0 ? curl_easy_strerror(code) : UnsafePointer(errorText))
        return HTTPFailure(wasSent && !lacksLastByte ? .sent : .notSent, words)
    }

    /// A request is about to go out on a connection. Not 0 ends the transfer.
    ///
    /// - Parameter address: as a number, of whom the connection is to.
    private func beforeRequest(to address: UnsafePointer<CChar>?) -> Int32 {
        if staysHere, let address, strncmp(address, "127.", 4) != 0, strcmp(address, "::1") != 0 {
            strangeAddress = String(cString: address)
            return 1
        }
        wasRepeated = awaitsAnswer
        awaitsAnswer = true
        wasSent = true
        return wasRepeated ? 1 : 0
    }

    private func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard body.count + bytes.count <= bodyLimit else {
            brokenLimit = bodyLimit
            return 0
        }
        body.append(contentsOf: bytes)
        return bytes.count
    }

    /// Whether a status line begins an answer: one that says no more than that the request is being read, such as 100 or 103, does not.
    static func isFinal(_ line: UnsafeRawBufferPointer) -> Bool {
        let words = String(decoding: line, as: UTF8.self).split { $0.isWhitespace }
        return words.count > 1 && !words[1].hasPrefix("1")
    }

    private func take(header bytes: UnsafeRawBufferPointer) -> Int {
        awaitsAnswer = false
        // A status line begins another answer: the one after "100 Continue", or after a redirect.
        if bytes.starts(with: "HTTP/".utf8) {
            headerLines.removeAll(keepingCapacity: true)
            if heldBody != nil { noteAnswer(bytes) }
            if isLosing, Self.isFinal(bytes) {
                hasLostAnswer = true
                return 0
            }
        }
        guard headerLines.count + bytes.count <= Self.answerLimit else {
            brokenLimit = Self.answerLimit
            return 0
        }
        headerLines.append(contentsOf: bytes)
        return bytes.count
    }
}

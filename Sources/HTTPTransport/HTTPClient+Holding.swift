internal import CCurl
internal import Glibc

/// A request whose last byte is held back until it is let go: libcurl asks for its body piece by piece.
extension HTTPClient {
    struct HeldBody {
        var bytes: UnsafeRawBufferPointer
        /// How many of them libcurl has got.
        var given = 0
        /// Whether the last one may be given.
        var isReleased = false
        /// Whether libcurl has sent all others.
        var isPaused = false
        /// Whether libcurl was given all of it, be it for a request that was redirected later.
        var wasWhole = false
        /// The status line of an answer that came before it was whole.
        var earlyAnswer: String?
    }

    /// Whether all but the last byte has left.
    package var waitsForRelease: Bool { heldBody?.isPaused == true && heldBody?.isReleased == false }

    /// Whether the request under way is one whose last byte was held back.
    package var wasHeld: Bool { heldBody != nil }

    /// Whether libcurl was not given the last byte of the request, so that it cannot have left.
    var lacksLastByte: Bool { heldBody.map { !$0.wasWhole } ?? false }

    /// The status line of an answer to a request that lacks its last byte; nil where there is none. libcurl does not take such a
    /// request to be over.
    package var earlyAnswer: String? { heldBody?.earlyAnswer }

    /// - Parameter line: the status line of an answer.
    func noteAnswer(_ line: UnsafeRawBufferPointer) {
        guard lacksLastByte, HTTPClient.isFinal(line) else { return }
        let words = String(decoding: line, as: UTF8.self).split { $0.isWhitespace }
        heldBody?.earlyAnswer = "HTTP " + words[1]
    }

    /// Makes the rest of a request that is being prepared.
    func hold(_ body: UnsafeRawBufferPointer) {
        heldBody = HeldBody(bytes: body)
        stress_curl_set_pointer(handle, CURLOPT_POSTFIELDS, nil)
        stress_curl_set_pointer(handle, CURLOPT_READDATA, Unmanaged.passUnretained(self).toOpaque())
        stress_curl_set_pointer(handle, CURLOPT_SEEKDATA, Unmanaged.passUnretained(self).toOpaque())
        stress_curl_set_read(handle) { buffer, size, count, own in
            HTTPClient.of(own).give(UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
        }
        // A redirect that is followed sends the body again.
        stress_curl_set_seek(handle) { own, offset, origin in HTTPClient.of(own).seek(Int(offset), origin) }
        // The time until the doors open is not the service's; whoever lets the last byte go counts from then.
        set(CURLOPT_TIMEOUT_MS, 0)
    }

    /// The request is over.
    func forgetHeldBody() {
        heldBody = nil
        set(CURLOPT_TIMEOUT_MS, timeoutMilliseconds)
    }

    private func give(_ room: UnsafeMutableRawBufferPointer) -> Int {
        guard var body = heldBody else { return 0 }
        let end = body.isReleased ? body.bytes.count : body.bytes.count - 1
        let count = min(room.count, end - body.given)
        if count == 0, !body.isReleased {
            heldBody?.isPaused = true
            return stress_curl_read_pause()
        }
        room.copyMemory(from: UnsafeRawBufferPointer(rebasing: body.bytes[body.given..<body.given + count]))
        body.given += count
        body.wasWhole = body.wasWhole || body.given == body.bytes.count
        heldBody = body
        return count
    }

    private func seek(_ offset: Int, _ origin: Int32) -> Int32 {
        guard origin == SEEK_SET, let body = heldBody, 0...body.bytes.count ~= offset else {
            return CURL_SEEKFUNC_FAIL
        }
        heldBody?.given = offset
        return CURL_SEEKFUNC_OK
    }

    /// Lets the last byte go.
    func release() {
        guard let body = heldBody, !body.isReleased else { return }
        heldBody?.isReleased = true
        if body.isPaused { stress_curl_go_on(handle) }
    }
}

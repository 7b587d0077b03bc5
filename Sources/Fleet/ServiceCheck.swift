internal import FlashSale
internal import HTTPTransport
internal import Host
internal import Strategies

/// Whether a service is there, before anybody buys from it.
enum ServiceCheck {
    /// Asks OPTIONS, which changes nothing. Any answer will do.
    ///
    /// - Throws: ``RunError`` with 69 where none comes.
    static func reach(_ service: ServiceEndpoint, timeoutMilliseconds: Int) throws(RunError) {
        do throws(HTTPFailure) {
            try HTTPClient.checkLibrary()
        } catch {
            throw RunError(.unavailable, "no service can be asked: \(error.reason)")
        }
        let url = RemoteRule.redacted(service.base)
        do throws(HTTPFailure) {
            let client = try HTTPClient(to: service, timeoutMilliseconds: timeoutMilliseconds)
            var reply = Reply()
            let request = Array("OPTIONS /\r\n\r\n".utf8)
            var failure: HTTPFailure?
            request.withUnsafeBytes { bytes in
                do throws(HTTPFailure) { try client.ask(bytes, into: &reply) } catch { failure = error }
            }
            if let failure { throw failure }
        } catch {
            // More than a reply may have is an answer, too.
            if error.kind == .tooLarge { return }
            let advice =
                error.reason.contains("certificate")
                ? "; certificates of your own are trusted with --ca FILE"
                : error.kind == .notSent ? "; is it running there?" : ""
            throw RunError(
                .unavailable, "the service at \(url) does not answer: \(ForeignText.sentence(error.reason))\(advice)")
        }
    }
}

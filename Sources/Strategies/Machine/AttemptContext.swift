/// What an attempt is about.
package struct AttemptContext: Sendable {
    package var buyer: Int
    package var purchase: Int
    package var attempt: Int
    package var quantity: Int
    package var worker: Int
    package var thread: Int
    /// The wall clock, milliseconds since 1970; needed only if the program uses it.
    package var nowMilliseconds: Int

    package init(
        buyer: Int, purchase: Int, attempt: Int, quantity: Int = 1, worker: Int = 0, thread: Int = 0,
        nowMilliseconds: Int = 0
    ) {
        self.buyer = buyer
        self.purchase = purchase
        self.attempt = attempt
        self.quantity = quantity
        self.worker = worker
        self.thread = thread
        self.nowMilliseconds = nowMilliseconds
    }
}

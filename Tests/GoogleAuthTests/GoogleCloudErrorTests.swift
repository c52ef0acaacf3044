import GoogleAuth
import HTTP
import Testing

/// Answers as the services' documentation shows them.
@Suite struct GoogleCloudErrorTests {
    private func error(_ status: Int, _ body: String) -> GoogleCloudError {
        GoogleCloudError(
            http: HTTPResponse(status: status, headers: [], body: Array(body.utf8)), service: "Cloud Storage",
            resource: "gs://night/a")
    }

    @Test func readsGooglesErrors() {
        let told = """
            {"error": {"code": 403, "message": "Caller does not have storage.objects.get access",
              "errors": [{"message": "...", "domain": "global", "reason": "forbidden"}]}}
            """
        let error = error(403, told)
        #expect(error.code == .permissionDenied)
        #expect(
            error.description == "Cloud Storage, gs://night/a: permission denied: "
                + "Caller does not have storage.objects.get access (status 403)")
    }

    @Test("tells quota from rights", arguments: ["rateLimitExceeded", "quotaExceeded", "userRateLimitExceeded"])
    func quota(reason: String) {
        #expect(error(403, #"{"error": {"errors": [{"reason": "\#(reason)"}]}}"#).code == .resourceExhausted)
    }

    @Test(
        "goes by the status where nothing is said",
        arguments: [
            (400, GoogleCloudError.Code.invalidArgument), (401, .unauthenticated), (404, .notFound),
            (409, .alreadyExists), (412, .failedPrecondition), (429, .resourceExhausted), (500, .internal),
            (503, .unavailable), (504, .deadlineExceeded), (418, .unknown),
        ])
    func statuses(status: Int, code: GoogleCloudError.Code) {
        for body in ["", "<html>", "[1]", #"{"error": 3}"#] {
            let error = error(status, body)
            #expect(error.code == code)
            #expect(error.detail == "status \(status)")
        }
    }

    @Test func believesTheNamedCodeFirst() {
        #expect(error(409, #"{"error": {"status": "ABORTED", "message": "m"}}"#).code == .aborted)
        #expect(error(400, #"{"error": {"status": "FAILED_PRECONDITION"}}"#).code == .failedPrecondition)
    }

    @Test func keepsLongAnswersShort() {
        #expect(error(400, #"{"error": {"message": "\#(String(repeating: "x", count: 9_999))"}}"#).detail.count < 600)
    }
}

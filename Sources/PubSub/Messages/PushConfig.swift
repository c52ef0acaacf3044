package import Protobuf

extension PubSub {
    /// Where messages are sent to.
    package struct PushConfig: ProtobufMessage, Hashable {
        /// An `https` address.
        package var pushEndpoint = ""
        /// What the endpoint is told of the messages' form.
        package var attributes: [String: String] = [:]
        /// Who the service says it is; `nil` where it does not say.
        package var oidcToken: OidcToken?

        /// Pushes to an endpoint.
        package init(pushEndpoint: String, oidcToken: OidcToken? = nil) {
            self.pushEndpoint = pushEndpoint
            self.oidcToken = oidcToken
        }

        package init(_ reader: inout ProtobufReader) throws(ProtobufError) {
            while let (field, _) = try reader.next() {
                switch field {
                case 1: pushEndpoint = try reader.string()
                case 2:
                    let (key, value) = try reader.mapEntry()
                    attributes[key] = value
                case 3: oidcToken = try reader.message()
                default: try reader.skip()
                }
            }
        }

        package func write(to writer: inout ProtobufWriter) {
            writer.string(1, pushEndpoint.ifSet)
            writer.map(2, attributes)
            writer.message(3, oidcToken)
        }
    }

    /// What the service shows the push endpoint: a token of this account.
    package struct OidcToken: ProtobufMessage, Hashable {
        /// The account that the token is of.
        package var serviceAccountEmail = ""
        /// Empty for the endpoint's address.
        package var audience = ""

        /// Tokens of an account.
        package init(serviceAccountEmail: String, audience: String = "") {
            self.serviceAccountEmail = serviceAccountEmail
            self.audience = audience
        }

        package init(_ reader: inout ProtobufReader) throws(ProtobufError) {
            while let (field, _) = try reader.next() {
                switch field {
                case 1: serviceAccountEmail = try reader.string()
                case 2: audience = try reader.string()
                default: try reader.skip()
                }
            }
        }

        package func write(to writer: inout ProtobufWriter) {
            writer.string(1, serviceAccountEmail.ifSet)
            writer.string(2, audience.ifSet)
        }
    }
}

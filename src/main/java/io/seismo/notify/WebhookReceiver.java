package io.seismo.notify;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Posts notices as Standard Webhooks: headers {@code webhook-id} (the same for every attempt), {@code webhook-timestamp}
 * and {@code webhook-signature}. Redirects are refused, so that a notice goes only where the spec says. 410 switches it
 * off; 400, 413 and 422 refuse this notice; every other failure is tried again.
 */
public final class WebhookReceiver implements Receiver {

    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final HttpClient client;
    private final URI url;
    private final @Nullable Path secretFile;
    private final InstantSource clock;
    private final Duration timeout;

    /**
     * A receiver.
     *
     * @param url where it posts
     * @param secretFile secrets, one a line; read at each attempt, so that they can be rotated. {@code null} for none
     * @param timeout of one attempt
     * @throws IllegalArgumentException when the file cannot be read or holds no secret
     */
    public WebhookReceiver(URI url, @Nullable Path secretFile, InstantSource clock, Duration timeout) {
        this.url = url;
        this.secretFile = secretFile;
        this.clock = clock;
        this.timeout = timeout;
        this.client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT.compareTo(timeout) < 0 ? CONNECT : timeout)
                .build();
        try {
            secrets();
        } catch (IOException failure) {
            throw new IllegalArgumentException("cannot read the webhook secret " + secretFile, failure);
        }
    }

    @Override
    public Outcome deliver(Notice notice) {
        try {
            return judge(client.send(request(notice), HttpResponse.BodyHandlers.discarding()));
        } catch (HttpTimeoutException late) {
            return Outcome.of(Outcome.Kind.RETRY, "timeout");
        } catch (IOException | IllegalArgumentException failure) {
            return Outcome.of(Outcome.Kind.RETRY, failure.getClass().getSimpleName());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return Outcome.of(Outcome.Kind.RETRY, "interrupted");
        }
    }

    private HttpRequest request(Notice notice) throws IOException {
        byte[] body = NoticeJson.bytes(notice);
        String id = id(notice.dedupKey());
        long timestamp = clock.instant().getEpochSecond();
        HttpRequest.Builder request = HttpRequest.newBuilder(url)
                .timeout(timeout)
                .header("content-type", "application/json")
                .header("webhook-id", id)
                .header("webhook-timestamp", Long.toString(timestamp))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        List<byte[]> secrets = secrets();
        if (!secrets.isEmpty()) {
            request.header("webhook-signature", Signature.of(secrets, id, timestamp, body));
        }
        return request.build();
    }

    private List<byte[]> secrets() throws IOException {
        return secretFile == null ? List.of() : Signature.secrets(secretFile);
    }

    private static Outcome judge(HttpResponse<?> response) {
        int status = response.statusCode();
        String detail = Integer.toString(status);
        if (status / 100 == 2) {
            return Outcome.of(Outcome.Kind.DELIVERED, detail);
        }
        return switch (status) {
            case 410 -> Outcome.of(Outcome.Kind.DISABLED, detail);
            case 400, 413, 422 -> Outcome.of(Outcome.Kind.REFUSED, detail);
            default -> new Outcome(Outcome.Kind.RETRY, detail, retryAfterMs(response));
        };
    }

    private static long retryAfterMs(HttpResponse<?> response) {
        String seconds = response.headers().firstValue("retry-after").orElse("");
        return seconds.matches("[0-9]{1,6}") ? 1000 * Long.parseLong(seconds) : 0;
    }

    private static String id(String dedupKey) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(dedupKey.getBytes(StandardCharsets.UTF_8));
            return "msg_" + HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}

package io.seismo.spec;

/** What a name in a spec can name. */
enum Namespace {
    TAP("tap"),
    ENCODER("encoder"),
    WATCH("watch entry"),
    DETECTOR("detector"),
    ALERT("alert"),
    RECEIVER("receiver"),
    CANARY("canary");

    private final String word;

    Namespace(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }
}

"use strict";

// Answers and events of the log in words.
Stage.Words = (() => {
  const { texts, fill, signed } = Stage;

  function letter(question, key) {
    const at = (question.options || []).findIndex((option) => option.key === key);
    return at < 0 ? key : texts.letters[at];
  }

  function optionText(question, key) {
    const option = (question.options || []).find((one) => one.key === key);
    return option ? option.text : key;
  }

  // The lines of an answer; none for none.
  function answerLines(question, answer) {
    if (!question || answer === null || answer === undefined) return [];
    if (question.type === "case") {
      return (question.parts || []).flatMap((part, index) => answerLines(part, answer[part.id]).map((line) => `(${index + 1}) ${line}`));
    }
    if (question.type === "match") {
      const right = new Map((question.right || []).map((item) => [item.key, item.text]));
      return Object.entries(answer).map(([key, partner]) => `${optionText(question, key)} → ${right.get(partner) ?? partner}`);
    }
    if (question.type === "order") return answer.map((key, index) => `${index + 1}. ${optionText(question, key)}`);
    if (["single", "multiple", "true_false"].includes(question.type)) {
      return answer.map((key) => `${letter(question, key)}. ${optionText(question, key)}`).sort();
    }
    return [[].concat(answer).map((text) => text || "—").join("; ")];
  }

  // The answer of a team in a few characters: 'B', 'ACD', a text.
  function shortAnswer(question, answer) {
    if (!question || answer === null || answer === undefined) return texts.noAnswer;
    if (["single", "multiple", "true_false"].includes(question.type)) {
      const keys = answer.map((key) => letter(question, key)).sort().join("");
      return keys || texts.noAnswer;
    }
    return answerLines(question, answer).join("; ") || texts.noAnswer;
  }

  function verdict(name, points) {
    const word = texts.verdicts[name] || name;
    return points === undefined || points === null ? word : `${word} ${signed(points)}`;
  }

  function event(one, teamName) {
    const data = one.data || {};
    const values = {
      team: data.team === undefined ? "" : teamName(data.team),
      points: one.type === "adjust" ? signed(data.points) : data.points,
      verdict: verdict(data.verdict, data.points),
      kind: data.points ? `${texts.fouls[data.kind] || data.kind} (\u2212${Math.abs(data.points)})` : texts.fouls[data.kind] || data.kind,
      question: data.question,
      target: data.target,
      seconds: Math.round((data.gap_ms || 0) / 1000),
    };
    const text = fill(texts.log[one.type] || one.type, values);
    return data.reason ? `${text} (${data.reason})` : text;
  }

  function author(by) {
    return by.name || (by.role === "judge" ? `${texts.roles.judge}, ${texts.anonymous}` : texts.roles[by.role] || by.role);
  }

  return { answerLines, shortAnswer, verdict, event, author };
})();

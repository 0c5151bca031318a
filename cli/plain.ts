/** Text from outside, made safe to print. Pure. */

/** `text` without the control characters that would steer a terminal. */
export function plain(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '·');
}
